import assert from "node:assert/strict";
import fc from "fast-check";
import type { NamedColumn } from "../../../../src/query/answer/answer_columns.ts";
import { csvFileHead, csvFileRows, csvOf } from "../../../../src/query/answer/csv.ts";
import type { GenericType, Value } from "../../../../src/query/frame.ts";

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

/** Rows of one column as they stand in a file, without the line's end. */
function inFile(values: readonly Value[], type: GenericType, databaseType = ""): string[] {
  const columns = [{ type, databaseType, hasZone: false }];
  const frame = { columns: [{ name: "v", type, values }], rowCount: values.length };
  return csvFileRows(frame, columns).split("\r\n").slice(0, -1);
}

Deno.test("a file makes texts that a spreadsheet would run harmless, as Superset does", () => {
  const CASES: readonly (readonly [string, string])[] = [
    ["=1+1", "'=1+1"],
    ["+cmd", "'+cmd"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["%0A", "'%0A"],
    ["-1+2", "'-1+2"],
    ["  =x", "'  =x"],
    ["\t=x", "'\t=x"],
    ['""=x', `"'""""=x"`],
    ["=cmd|' /C calc'!A0", "'=cmd\\|' /C calc'!A0"],
    ["|x", "'\\|x"],
    ["-12.5", "-12.5"],
    ["a=b", "a=b"],
    ["x|y", "x|y"],
    ["plain", "plain"],
  ];
  assert.deepEqual(inFile(CASES.map(([text]) => text), 1), CASES.map(([, line]) => line));
  assert.equal(csvFileHead(["=a", "b"]), "'=a,b\r\n");
});

Deno.test("a text in a column of numbers, as SQLite takes them, is a text in a file too", () => {
  assert.deepEqual(
    inFile([1, "=1+1", "-1+2", "@SUM(A1)", "-1e-7", "+5", "-.5"], 0, "INTEGER"),
    ["1", "'=1+1", "'-1+2", "'@SUM(A1)", "-1e-7", "+5", "-.5"],
  );
});

Deno.test("a file keeps numbers, times and what is missing", () => {
  assert.deepEqual(
    inFile([1, -2.5, "-123456789012345678.25", "9007199254740993", null, NaN], 0),
    ["1", "-2.5", "-123456789012345678.25", "9007199254740993", '""', '""'],
  );
  assert.deepEqual(inFile([new Date(0)], 2, "timestamp without time zone"), [
    "1970-01-01T00:00:00",
  ]);
  assert.deepEqual(inFile(["2024-02-29"], 2, "date"), ["2024-02-29"]);
  assert.deepEqual(inFile([true, false], 3), ["true", "false"]);
  assert.deepEqual(inFile([{ a: [1] }], 1), ['"{""a"":[1]}"']);
});
