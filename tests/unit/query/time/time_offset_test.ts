import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import type { Column } from "../../../../src/query/frame.ts";
import { joinOffsets, offsetJoinKey } from "../../../../src/query/time/offset_join.ts";
import { timeGrain } from "../../../../src/query/time/time_grains.ts";
import { timeOffset } from "../../../../src/query/time/time_offset.ts";
import {
  frameOf,
  recordedAnswers,
  type RecordedRows,
  rowsOf,
} from "../../../support/recorded_answers.ts";

const utc = (text: string) => new Date(`${text}Z`);

const RANGE = { from: utc("2020-03-31T10:20:30"), to: utc("2020-05-01T00:00:00") };

const OFFSETS: readonly (readonly [string, string, string])[] = [
  ["1 year ago", "2019-03-31T10:20:30", "2019-05-01T00:00:00"],
  ["1 month ago", "2020-02-29T10:20:30", "2020-04-01T00:00:00"],
  ["28 days ago", "2020-03-03T10:20:30", "2020-04-03T00:00:00"],
  ["1 week ago", "2020-03-24T10:20:30", "2020-04-24T00:00:00"],
  ["1 hour ago", "2020-03-31T09:20:30", "2020-04-30T23:00:00"],
  ["1 quarter ago", "2019-12-31T10:20:30", "2020-02-01T00:00:00"],
  ["inherit", "2020-03-01T10:20:30", "2020-04-01T00:00:00"],
  ["2020-03-01", "2020-03-01T10:20:30", "2020-04-01T00:00:00"],
  ["2015-01-03 : 2015-01-04", "2015-01-03T00:00:00", "2015-01-04T00:00:00"],
];

for (const [name, from, to] of OFFSETS) {
  Deno.test(`the offset '${name}' moves a range`, () => {
    const offset = timeOffset(name, RANGE);
    assert.deepEqual([offset.name, offset.from, offset.to], [name, utc(from), utc(to)]);
  });
}

Deno.test("a range of its own has no distance from the main one", () => {
  assert.equal(timeOffset("2015-01-03 : 2015-01-04", RANGE).delta, null);
});

for (const name of ["", "custom", "1 fortnight ago", "2015-02-30", "2015-01-04 : 2015-01-03"]) {
  Deno.test(`refuses the offset '${name}'`, () => {
    assert.throws(() => timeOffset(name, RANGE), ServiceError);
  });
}

Deno.test("refuses to compare a range without a beginning", () => {
  assert.throws(() => timeOffset("1 year ago", { ...RANGE, from: null }), /no beginning or no end/);
});

const KEYS: readonly (readonly [string, string, string])[] = [
  ["P1Y", "2020-02-29", "2020"],
  ["P3M", "2020-06-30", "2020-Q2"],
  ["P1M", "2020-02-29", "2020-02"],
  ["P1W", "2020-01-05", "2020-W00"],
  ["P1W", "2020-01-06", "2020-W01"],
  ["1969-12-28T00:00:00Z/P1W", "2020-01-05", "2020-W01"],
  ["P1W/1970-01-03T00:00:00Z", "2020-01-04", "2020-W00"],
  ["P1W/1970-01-04T00:00:00Z", "2019-12-30", "2019-W52"],
  ["P1D", "2020-02-29", "2020-02-29T00:00:00.000Z"],
];

for (const [grain, date, key] of KEYS) {
  Deno.test(`${date} is of '${key}' by ${timeGrain(grain)!.name.toLowerCase()}`, () => {
    assert.equal(offsetJoinKey(utc(`${date}T00:00:00`), grain), key);
  });
}

interface RecordedJoin {
  readonly grain: string | null;
  readonly offset: string;
  readonly main: readonly Column[];
  readonly other: readonly Column[];
  readonly answer: RecordedRows;
}

const byGrain = Map.groupBy(recordedAnswers<RecordedJoin>("offset_joins"), ({ grain }) => grain);

for (const [grain, joins] of byGrain) {
  Deno.test(`joins offset rows by the grain ${grain} as Superset does`, () => {
    for (const { offset, main, other, answer } of joins) {
      const rows = [{ offset: timeOffset(offset, RANGE), frame: frameOf(other) }];
      const joined = joinOffsets(frameOf(main), rows, { metrics: ["m"], timeGrain: grain });
      assert.deepEqual(rowsOf(joined), answer);
    }
  });
}

const column = (name: string, values: Column["values"], type: Column["type"] = 0) => ({
  name,
  type,
  values,
});

Deno.test("an offset without rows leaves its column empty", () => {
  const main = frameOf([column("g", ["a", "b"], 1), column("m", [1, 2])]);
  const rows = [{ offset: timeOffset("1 year ago", RANGE), frame: { columns: [], rowCount: 0 } }];
  assert.deepEqual(rowsOf(joinOffsets(main, rows, { metrics: ["m"], timeGrain: null })), {
    columns: ["g", "m", "m__1 year ago"],
    rows: [["a", 1, null], ["b", 2, null]],
  });
});

Deno.test("a range of its own is totalled where time is the only key", () => {
  const times = ["2020-01-01", "2020-01-02"].map((date) => utc(`${date}T00:00:00`));
  const main = frameOf([column("ds", times, 2), column("m", [1, 2])]);
  const offset = timeOffset("2015-01-03 : 2015-01-04", RANGE);
  const frame = frameOf([column("ds", times, 2), column("m", [10, 20])]);
  const joined = joinOffsets(main, [{ offset, frame }], { metrics: ["m"], timeGrain: "P1D" });
  assert.deepEqual(rowsOf(joined).rows, [[times[0], 1, 30], [times[1], 2, 30]]);
});

Deno.test("several offsets stand side by side in their order", () => {
  const frame = frameOf([column("g", ["a"], 1), column("m", [1])]);
  const rows = ["1 week ago", "1 year ago"].map((name) => ({
    offset: timeOffset(name, RANGE),
    frame,
  }));
  assert.deepEqual(
    joinOffsets(frame, rows, { metrics: ["m"], timeGrain: null }).columns.map(({ name }) => name),
    ["g", "m", "m__1 week ago", "m__1 year ago"],
  );
});
