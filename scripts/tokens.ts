/**
 * Prints what `tools/list` costs a model to read: bytes of each tool as compact JSON, and tokens at
 * four bytes each, a usual estimate for JSON and English.
 */
import { demoTools, wireBytes } from "../tests/support/demo_tools.ts";

const rows = (await demoTools())
  .map((tool) => ({ name: tool.name, bytes: wireBytes(tool) }))
  .sort((a, b) => b.bytes - a.bytes);
const total = {
  name: `${rows.length} tools`,
  bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
};
for (const { name, bytes } of [...rows, total]) {
  console.log(
    name.padEnd(28),
    String(bytes).padStart(7),
    "bytes",
    String(Math.ceil(bytes / 4)).padStart(6),
    "tokens",
  );
}
