/**
 * Opens what Superset keeps encrypted in its metadata (`dbs.password`, `dbs.encrypted_extra`): the
 * form of sqlalchemy_utils' AesEngine, which Superset 6.1 uses by default
 * (superset/utils/encrypt.py).
 */
import { Buffer } from "node:buffer";
import { createDecipheriv, createHash } from "node:crypto";
import { ServiceError } from "../errors.ts";

const BLOCK_BYTES = 16;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Opens values with one SECRET_KEY. */
export interface SecretBox {
  /**
   * @param sealed base64, as the column holds it
   * @throws ServiceError `unavailable` when the key is not the one it was sealed with
   */
  open(sealed: string): string;
}

/** @param secretKey Superset's SECRET_KEY, letter for letter */
export function makeSecretBox(secretKey: string): SecretBox {
  const key = createHash("sha256").update(secretKey, "utf8").digest();
  // AesEngine takes the key's own first block as the initial vector.
  const vector = key.subarray(0, BLOCK_BYTES);

  function decrypt(sealed: string): Uint8Array {
    const bytes = BASE64.test(sealed) ? Buffer.from(sealed, "base64") : Buffer.alloc(0);
    if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) {
      throw new ServiceError("unavailable", "A secret in Superset's metadata can't be read.", {
        hint: "It is not in the form of Superset's default engine, AES-CBC in base64; " +
          "save the database's password again in Superset.",
      });
    }
    const decipher = createDecipheriv("aes-256-cbc", key, vector).setAutoPadding(false);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  }

  return {
    open(sealed) {
      const text = textOf(decrypt(sealed));
      if (text === null) throw wrongKey();
      // Naive padding: the blocks are filled with `*`, so that a secret's own last ones are lost,
      // in Superset as here.
      return text.replace(/\*+$/, "");
    },
  };
}

/**
 * Superset's own sign of a wrong key is text that is not UTF-8. CBC with a wrong key gives random
 * bytes, of which a short secret's pass as UTF-8 now and then; hardly ever without a control
 * character, which no password or JSON text of Superset's holds but for line breaks and tabs.
 */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // deno-lint-ignore no-control-regex -- they are what is looked for
    return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function wrongKey(): ServiceError {
  return new ServiceError(
    "unavailable",
    "SUPERSET_SECRET_KEY does not open the secrets in Superset's metadata.",
    { hint: "Set it to the SECRET_KEY that this Superset runs with, letter for letter." },
  );
}
