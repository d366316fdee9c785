/**
 * Where a page ended. A cursor needs no store: it names the next row, the question that was asked, and
 * the rows that were given before it, so that no page can be of another question or of other data.
 * It opens nothing: the rows are asked for anew, as the caller.
 */
import { createHash, type Hash } from "node:crypto";
import { invalidArgument, ServiceError } from "../../errors.ts";

export interface Cursor {
  /** How many rows have been given. */
  readonly row: number;
  /** What `RowsDigest` makes of them. */
  readonly given: string;
}

/** The cursor of a question. @param question who asks what; anything that JSON can hold */
export function writeCursor({ row, given }: Cursor, question: unknown): string {
  return Buffer.from(JSON.stringify([row, digestOf(question), given])).toString("base64url");
}

/** @throws ServiceError `invalid_argument` for what is no cursor, or one of another question */
export function readCursor(cursor: string, question: unknown): Cursor {
  const parsed = parse(cursor);
  if (parsed !== null && parsed.question === digestOf(question)) return parsed;
  throw invalidArgument("Cannot read that cursor.", {
    hint: "Pass next_cursor of the last answer, with that call's other arguments unchanged.",
    details: { argument: "cursor" },
  });
}

/** @throws ServiceError `conflict` where the rows before the cursor are no longer those given */
export function requireSameRows({ given }: Cursor, found: string): void {
  if (given === found) return;
  throw new ServiceError("conflict", "The rows before that cursor are not those given before.", {
    hint: "The data changed, or its order is not settled: ask again without cursor, with an order.",
    details: { argument: "cursor" },
  });
}

/** Tells rows apart: the same only for the same rows in the same order. */
export class RowsDigest {
  /** Made with the first row: most answers have one page, and nothing to tell. */
  #hash: Hash | null = null;

  /** @param row as JSON */
  add(row: string): void {
    (this.#hash ??= createHash("sha256")).update(row).update("\n");
  }

  text(): string {
    const hash = this.#hash?.copy() ?? createHash("sha256");
    return hash.digest("base64url").slice(0, DIGEST_LENGTH);
  }
}

/** Base64 letters: 96 bits, more than chance or a mistake can hit. */
const DIGEST_LENGTH = 16;

function digestOf(question: unknown): string {
  const text = JSON.stringify(question) ?? "";
  return createHash("sha256").update(text).digest("base64url").slice(0, DIGEST_LENGTH);
}

function parse(cursor: string): (Cursor & { readonly question: string }) | null {
  try {
    const [row, question, given] = JSON.parse(
      Buffer.from(cursor, "base64url").toString(),
    ) as unknown[];
    return Number.isSafeInteger(row) && (row as number) >= 0 && typeof question === "string" &&
        typeof given === "string"
      ? { row: row as number, question, given }
      : null;
  } catch {
    return null;
  }
}
