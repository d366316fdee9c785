import assert from "node:assert/strict";
import fc from "fast-check";
import { type Answered, pageOf, type PageOptions } from "../../../../src/query/answer/page.ts";
import type { AnswerRow } from "../../../../src/query/answer/rows.ts";
import { summaryOf } from "../../../../src/query/answer/summary.ts";
import { answered } from "./support.ts";

const tokens = (text: string) => Math.ceil(text.length / 4);

function page(answer: Answered, options: Partial<PageOptions> = {}) {
  return pageOf(answer, {
    cursor: undefined,
    limit: 1_000_000,
    tokenLimit: 1000,
    tokens,
    question: ["chart", 5, "greg"],
    ...options,
  });
}

const numbers = (count: number) =>
  answered({ name: "n", type: 0, values: Array.from({ length: count }, (_, at) => at) });

Deno.test("an answer that fits is one page without a summary", () => {
  const { rows, nextCursor, summary, total } = page(numbers(3));
  assert.deepEqual(rows.map(({ n }) => n), [0, 1, 2]);
  assert.deepEqual([nextCursor, summary, total], [null, null, 3]);
});

Deno.test("pages hold every row once, in order, and each fits", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 120 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 150, max: 600 }),
      fc.integer({ min: 1, max: 150 }),
      (texts, tokenLimit, limit) => {
        const answer = answered({ name: "text", type: 1, values: texts });
        const seen: AnswerRow[] = [];
        let cursor: string | undefined;
        do {
          const { rows, nextCursor, total, summary } = page(answer, { tokenLimit, limit, cursor });
          assert.ok(rows.length > 0);
          assert.equal(total, Math.min(texts.length, limit));
          if (rows.length > 1) {
            assert.ok(tokens(JSON.stringify([rows, summary ?? []])) <= tokenLimit + rows.length);
          }
          seen.push(...rows);
          cursor = nextCursor ?? undefined;
        } while (cursor !== undefined);
        assert.deepEqual(seen.map(({ text }) => text), texts.slice(0, limit));
      },
    ),
  );
});

Deno.test("a row larger than a page is a page of its own", () => {
  const answer = answered({ name: "t", type: 1, values: ["x".repeat(9000), "y"] });
  const first = page(answer);
  assert.equal(first.rows.length, 1);
  assert.deepEqual(page(answer, { cursor: first.nextCursor! }).rows.map(({ t }) => t), ["y"]);
});

Deno.test("CSV is measured as CSV, so a page holds more of it", () => {
  const options = { tokenLimit: 300 };
  const csv = page(numbers(2000), { ...options, format: "csv" });
  assert.ok(csv.rows.length > page(numbers(2000), options).rows.length);
});

Deno.test("a cursor is of one question", () => {
  const { nextCursor } = page(numbers(2000));
  for (const question of [["chart", 5, "sam"], ["chart", 6, "greg"], null]) {
    assert.throws(() => page(numbers(2000), { cursor: nextCursor!, question }), {
      type: "invalid_argument",
    });
  }
});

for (const cursor of ["", "x", "e30", "bnVsbA", "WzEsMiwzXQ", "W10", "a".repeat(500)]) {
  Deno.test(`'${cursor.slice(0, 12)}' is no cursor`, () => {
    assert.throws(() => page(numbers(2000), { cursor }), {
      type: "invalid_argument",
      message: "Cannot read that cursor.",
    });
  });
}

Deno.test("rows that changed before the cursor are a conflict, not another page", () => {
  const { nextCursor } = page(numbers(2000));
  const moved = answered({
    name: "n",
    type: 0,
    values: Array.from({ length: 2000 }, (_, at) => at + 1),
  });
  assert.throws(() => page(moved, { cursor: nextCursor! }), { type: "conflict" });
  assert.throws(() => page(numbers(3), { cursor: nextCursor! }), { type: "conflict" });
});

Deno.test("rows that are added after the cursor come with the pages after it", () => {
  const first = page(numbers(2000));
  const next = page(numbers(2001), { cursor: first.nextCursor! });
  assert.equal(next.rows[0]!.n, first.rows.length);
  assert.equal(next.total, 2001);
});

Deno.test("a summary tells kind, nulls, distinct values and range of all rows", () => {
  const { frame, columns } = answered(
    { name: "n", type: 0, values: ["9", "10", null, 9.5] },
    { name: "t", type: 1, values: ["a", "a", "b", null] },
    {
      name: "d",
      type: 2,
      databaseType: "date",
      values: [new Date("2024-02-01"), new Date("2023-12-31"), null, new Date("2024-01-01")],
    },
    { name: "b", type: 3, values: [true, false, true, true] },
    { name: "j", type: 1, values: [{ a: 1 }, { a: 1 }, [1], NaN] },
    { name: "none", type: 0, values: [null, null, null, null] },
  );
  assert.deepEqual(summaryOf(frame, columns), [
    { name: "n", kind: "numeric", nulls: 1, distinct: 3, min: "9", max: "10" },
    { name: "t", kind: "string", nulls: 1, distinct: 2 },
    { name: "d", kind: "temporal", nulls: 1, distinct: 3, min: "2023-12-31", max: "2024-02-01" },
    { name: "b", kind: "boolean", nulls: 0, distinct: 2 },
    { name: "j", kind: "string", nulls: 1, distinct: 2 },
    { name: "none", kind: "numeric", nulls: 4, distinct: 0 },
  ]);
});

Deno.test("a summary stops counting distinct values at a bound, and ranging at none", () => {
  const { frame, columns } = numbers(20_000);
  assert.deepEqual(summaryOf(frame, columns), [
    { name: "n", kind: "numeric", nulls: 0, distinct: null, min: 0, max: 19_999 },
  ]);
});

Deno.test("the summary of many columns leaves room for rows", () => {
  const wide = answered(
    ...Array.from({ length: 200 }, (_, at) => ({
      name: `column ${at}`,
      type: 0 as const,
      values: Array.from({ length: 100 }, () => at),
    })),
  );
  const { rows, summary, nextCursor } = page(wide, { tokenLimit: 4000 });
  assert.ok(rows.length > 1 && nextCursor !== null);
  assert.ok(summary!.length > 0 && summary!.length < 200);
});
