/**
 * What a link to rows as CSV names, sealed so that no process has to keep it: who may use it, for
 * how long, and the SQL, which is read by nobody on the way (AES-256-GCM, NIST SP 800-38D).
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { ServiceError } from "../../errors.ts";

export interface CsvQuestion {
  readonly databaseId: number;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly sql: string;
  readonly templateParams?: Readonly<Record<string, unknown>> | undefined;
  /** The most rows. */
  readonly limit: number;
}

/** Whom a link is for. */
export interface CsvReader {
  readonly tenant: string | null;
  readonly user: { readonly id: number };
}

export const LINK_SECONDS = 300;

/** Servers and proxies commonly take 8 KB for a request line. */
const MAX_CHARACTERS = 6000;

const CIPHER = "aes-256-gcm";
const VECTOR_BYTES = 12;
const TAG_BYTES = 16;

interface Sealed {
  readonly question: CsvQuestion;
  readonly tenant: string | null;
  readonly userId: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * @param key 32 bytes
 * @param now milliseconds since 1970
 * @returns text that fits into a URL
 * @throws ServiceError `too_large` for SQL that no link can hold
 */
export function sealCsvLink(
  question: CsvQuestion,
  { tenant, user }: CsvReader,
  key: Uint8Array,
  now: number,
): string {
  const until = now + LINK_SECONDS * 1000;
  const sealed: Sealed = { question, tenant, userId: user.id, until };
  const vector = randomBytes(VECTOR_BYTES);
  const cipher = createCipheriv(CIPHER, key, vector);
  const text = deflateRawSync(JSON.stringify(sealed));
  const bytes = [vector, cipher.update(text), cipher.final(), cipher.getAuthTag()];
  const link = Buffer.concat(bytes).toString("base64url");
  if (link.length <= MAX_CHARACTERS) return link;
  throw new ServiceError("too_large", "The SQL is too long for a link.", {
    hint: "Shorten it, or read the rows in pages without format.",
  });
}

/**
 * @throws ServiceError `not_found` for what is no link of this service, another's, or out of date
 */
export function openCsvLink(
  link: string,
  { tenant, user }: CsvReader,
  key: Uint8Array,
  now: number,
): CsvQuestion {
  const sealed = unsealed(link, key);
  if (sealed === null || sealed.userId !== user.id || sealed.tenant !== tenant) {
    throw new ServiceError("not_found", "There is no such export.", {
      hint: "Ask execute_sql for a link of your own, and use it whole.",
    });
  }
  if (now < sealed.until) return sealed.question;
  throw new ServiceError("not_found", `The link was good for ${LINK_SECONDS / 60} minutes.`, {
    hint: "Ask execute_sql for another.",
  });
}

function unsealed(link: string, key: Uint8Array): Sealed | null {
  const bytes = Buffer.from(link.slice(0, MAX_CHARACTERS), "base64url");
  if (bytes.length <= VECTOR_BYTES + TAG_BYTES) return null;
  const end = bytes.length - TAG_BYTES;
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, VECTOR_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(end));
    const text = Buffer.concat([
      decipher.update(bytes.subarray(VECTOR_BYTES, end)),
      decipher.final(),
    ]);
    return JSON.parse(inflateRawSync(text).toString()) as Sealed;
  } catch {
    return null;
  }
}
