/** Secrets as Superset keeps them in its metadata, for tests that write some. */
import { Buffer } from "node:buffer";
import { createCipheriv, createHash } from "node:crypto";

/** As sqlalchemy_utils' AesEngine seals: `*` up to a whole block, CBC, base64. */
export function seal(text: string, secretKey: string): string {
  const key = createHash("sha256").update(secretKey).digest();
  const bytes = Buffer.from(text, "utf8");
  const padded = Buffer.concat([bytes, Buffer.alloc((16 - bytes.length % 16) % 16, "*")]);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
}
