import assert from "node:assert/strict";
import fc from "fast-check";
import type { NamedColumn } from "../../../../src/query/answer/answer_columns.ts";
import { csvOf } from "../../../../src/query/answer/csv.ts";

const column = (name: string): NamedColumn => ({ name, data_type: "string" });

Deno.test("writes names and rows by RFC 4180", () => {
  const rows = [
    { a: 1, 'b "x"': "plain" },
    { a: null, 'b "x"': 'say "hi", twice\nover' },
    { a: { k: [1] }, 'b "x"': "" },
  ];
  assert.equal(
    csvOf([column("a"), column('b "x"')], rows),
    'a,"b ""x"""\r\n1,plain\r\n,"say ""hi"", twice\nover"\r\n"{""k"":[1]}",""\r\n',
  );
});

Deno.test("leaves what a spreadsheet takes for a formula as it is", () => {
  assert.equal(csvOf([column("a")], [{ a: "=1+1" }, { a: "-5" }]), "a\r\n=1+1\r\n-5\r\n");
});

Deno.test("reads back as the rows that were written", () => {
  const cell = fc.oneof(
    fc.constant(null),
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom('"', ",", "\r\n", "\n", "a", "=")).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.array(cell, { minLength: 4, maxLength: 4 })),
      (width, cells) => {
        const columns = ["p", "q", "r", "s"].slice(0, width).map(column);
        const rows = cells.map((row) =>
          Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))
        );
        const written = cells.map((row) =>
          row.slice(0, width).map((one) => one ?? (width === 1 ? "" : null))
        );
        assert.deepEqual(parse(csvOf(columns, rows)).slice(1), written);
      },
    ),
  );
});

/** RFC 4180, read strictly; a cell without anything, not even quotes, is null. */
function parse(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length;) {
    let value: string | null = null;
    if (text[at] === '"') {
      value = "";
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        value += text[at];
      }
      at++;
    } else {
      const begin = at;
      while (text[at] !== "," && !text.startsWith("\r\n", at)) at++;
      if (at > begin) value = text.slice(begin, at);
    }
    row.push(value);
    if (text[at] === ",") {
      at++;
      // A line that ends in a comma has one more cell, which is empty.
      continue;
    }
    assert.ok(text.startsWith("\r\n", at), `a line ends in CRLF at ${at}`);
    at += 2;
    rows.push(row);
    row = [];
  }
  assert.equal(row.length, 0);
  return rows;
}
