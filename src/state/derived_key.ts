/** Keys that every process of a service derives alike from a secret that all of them have. */
import { hkdfSync } from "node:crypto";
import type { Config } from "../config.ts";

const BYTES = 32;

/**
 * Where there is no secret, a random key: what it sealed or signed then ends with the process.
 * @param purpose what the key is for; each has its own
 */
export function derivedKey(
  config: Pick<Config, "secretKey" | "auth">,
  purpose: string,
): Uint8Array {
  const key = config.auth.jwt?.key;
  const secret = config.secretKey ?? (key?.kind === "secret" ? key.secret : null);
  if (secret === null) return crypto.getRandomValues(new Uint8Array(BYTES));
  return new Uint8Array(hkdfSync("sha256", secret.reveal(), "", `superset-mcp ${purpose}`, BYTES));
}
