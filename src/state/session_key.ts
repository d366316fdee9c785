/** The key that signs session ids. */
import { hkdfSync } from "node:crypto";
import type { Config } from "../config.ts";

const BYTES = 32;

/**
 * Derived from a secret that every process of a service has, so that any of them checks what another
 * signed. Where there is none a random key: sessions then end with the process, and a client that
 * shows an older one starts a new one.
 */
export function sessionKey(config: Pick<Config, "secretKey" | "auth">): Uint8Array {
  const key = config.auth.jwt?.key;
  const secret = config.secretKey ?? (key?.kind === "secret" ? key.secret : null);
  if (secret === null) return crypto.getRandomValues(new Uint8Array(BYTES));
  return new Uint8Array(hkdfSync("sha256", secret.reveal(), "", "superset-mcp session ids", BYTES));
}
