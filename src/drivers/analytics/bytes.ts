/**
 * Binary values as Superset shows them: UTF-8 where they are that, else UTF-16, else `[bytes]`
 * (6.1, superset/utils/json.py, base_json_conv).
 */

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const UTF16 = new TextDecoder("utf-16le", { fatal: true });

export function bytesValue(bytes: Uint8Array): string {
  for (const decoder of [UTF8, UTF16]) {
    try {
      return decoder.decode(bytes);
    } catch {
      continue;
    }
  }
  return "[bytes]";
}
