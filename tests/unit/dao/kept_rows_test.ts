import assert from "node:assert/strict";
import { KeptRows } from "../../../src/dao/kept_rows.ts";

const made = (text: string) => () => ({ text, list: [{ text }] });

Deno.test("a row that reads the same gives the very object that was made of it", () => {
  const kept = new KeptRows<object>();
  const row = () => [1, "text", null, true, new Uint8Array([1, 2])];
  const first = kept.get(1, row(), made("one"));
  assert.equal(kept.get(1, row(), made("another")), first);
});

Deno.test("a row that reads otherwise is made anew, whatever changed in it", () => {
  const before: readonly unknown[] = [1, "text", null, true, new Uint8Array([1, 2])];
  const changes: readonly (readonly [at: number, value: unknown])[] = [
    [0, 2],
    [1, "texts"],
    [1, null],
    [2, ""],
    [3, false],
    [4, new Uint8Array([1, 3])],
    [4, new Uint8Array([1, 2, 3])],
    [4, null],
  ];
  for (const [at, value] of changes) {
    const kept = new KeptRows<object>();
    const first = kept.get(1, before, made("before"));
    const second = kept.get(
      1,
      before.map((old, index) => index === at ? value : old),
      made("after"),
    );
    assert.notEqual(second, first, `${at}: ${value}`);
    assert.deepEqual(second, made("after")());
  }
});

Deno.test("rows of different ids are different objects, even where they read the same", () => {
  const kept = new KeptRows<object>();
  assert.notEqual(kept.get(1, ["a"], made("a")), kept.get(2, ["a"], made("a")));
});

Deno.test("what is kept can't be changed by one who shares it, however deep", () => {
  const kept = new KeptRows<{ text: string; list: { text: string }[] }>();
  const one = kept.get(1, ["a"], made("a"));
  assert.throws(() => one.text = "b", TypeError);
  assert.throws(() => one.list.push({ text: "b" }), TypeError);
  assert.throws(() => one.list[0]!.text = "b", TypeError);
});

Deno.test("the oldest make room where the rows' text is too long, and what is longer than all is not kept", () => {
  const kept = new KeptRows<object>(1000);
  const of = (id: number, length: number) => kept.get(id, ["x".repeat(length)], () => ({ id }));
  const first = of(1, 400);
  const second = of(2, 400);
  assert.equal(of(1, 400), first);
  of(3, 400);
  assert.equal(of(2, 400), second, "the second stays");
  assert.notEqual(of(1, 400), first, "the first has gone");
  assert.notEqual(of(4, 2000), of(4, 2000), "one that fits nowhere");
});
