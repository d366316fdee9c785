import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { timeRange } from "../../../../src/query/time/time_range.ts";
import { recordedAnswers } from "../../../support/recorded_answers.ts";

interface Recorded {
  readonly now: string;
  readonly text: string;
  readonly relative_start?: string;
  readonly relative_end?: string;
  readonly time_shift?: string;
  readonly instant_time_comparison_range?: string;
  /** Null where Superset refuses the words. */
  readonly answer: readonly (string | null)[] | null;
}

const NOW = new Date("2016-11-07T09:30:10Z");

const utc = (text: string | null) => text === null ? null : new Date(`${text}Z`);

/** The words first, so that a failure names them. */
function read(text: string, more: Partial<Parameters<typeof timeRange>[1]> = {}) {
  const { from, to } = timeRange(text, { now: NOW, ...more });
  return [from, to].map((moment) => moment && moment.toISOString().slice(0, 19));
}

const byText = Map.groupBy(recordedAnswers<Recorded>("time_ranges"), ({ text }) => text);

for (const [text, cases] of byText) {
  Deno.test(`reads '${text}' as Superset does`, () => {
    for (const recorded of cases) {
      const context = {
        now: utc(recorded.now.replace(" ", "T"))!,
        relativeStart: recorded.relative_start,
        relativeEnd: recorded.relative_end,
        timeShift: recorded.time_shift,
        instantTimeComparisonRange: recorded.instant_time_comparison_range,
      };
      if (recorded.answer === null) {
        assert.throws(() => timeRange(text, context), ServiceError, JSON.stringify(recorded));
        continue;
      }
      const [from, to] = recorded.answer.map(utc);
      assert.deepEqual(timeRange(text, context), { from, to }, JSON.stringify(recorded));
    }
  });
}

const BETTER: readonly (readonly [string, readonly (string | null)[], string])[] = [
  ["Last 3 hours", ["2016-11-07T06:30:10", "2016-11-07T09:30:10"], "ends at midnight there"],
  ["Last 30 minutes", ["2016-11-07T09:00:10", "2016-11-07T09:30:10"], "ends at midnight there"],
  ["Last hour", ["2016-11-07T08:00:00", "2016-11-07T09:30:10"], "ends at midnight there"],
  ["last 7 days", ["2016-10-31T00:00:00", "2016-11-07T00:00:00"], "has no beginning there"],
  ["LAST WEEK", ["2016-10-31T00:00:00", "2016-11-07T00:00:00"], "has no beginning there"],
  ["1 quarter ago : now", ["2016-08-07T00:00:00", "2016-11-07T09:30:10"], "is refused there"],
  ["end of last quarter : ", ["2016-09-30T00:00:00", null], "is refused there"],
];

for (const [text, range, there] of BETTER) {
  Deno.test(`reads '${text}', which ${there}`, () => assert.deepEqual(read(text), range));
}

Deno.test("nothing at all ends at the relative end", () => {
  assert.deepEqual(read(""), [null, "2016-11-07T00:00:00"]);
  assert.deepEqual(read("", { relativeEnd: "now" }), [null, "2016-11-07T09:30:10"]);
  assert.deepEqual(timeRange(null, { now: NOW }), timeRange("", { now: NOW }));
});

Deno.test("a time shift that is a range takes the place of the range", () => {
  assert.deepEqual(
    read("Last week", { timeShift: "2015-01-03 : 2015-01-04" }),
    ["2015-01-03T00:00:00", "2015-01-04T00:00:00"],
  );
});

Deno.test("a zone moves a time to UTC", () => {
  assert.deepEqual(read("2018-01-02T03:04:05+02:00 : 2018-01-02 03:04:05 -0530"), [
    "2018-01-02T01:04:05",
    "2018-01-02T08:34:05",
  ]);
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["yesterday", /'yesterday': it is one time and no range/],
  ["2018", /one time and no range/],
  ["foo : now", /'foo': it is no time/],
  ["5 days : now", /'5 days': it could be in the past or in the future/],
  ["2018-02-30 : now", /'2018-02-30'/],
  ["friday : now", /'friday'/],
  ["2018-12-31 : 2018-01-01", /begins at 2018-12-31T00:00:00, after its end 2018-01-01T00:00:00/],
  ["HOLIDAY('Christmas') : now", /HOLIDAY is not known here/],
  ["DATETIME(now) : now", /takes a time in quotes/],
  ["DATEADD(DATETIME('now'), 1) : now", /',' is missing before '\)'/],
  ["DATEADD(DATETIME('now'), x, day) : now", /'x' is no number/],
  ["DATETRUNC(DATETIME('now'), decade) : now", /'decade' is no unit/],
  ["DATETIME('now')) : now", /'\)' stands after its end/],
  ["DATETIME('now'); DROP : now", /can't be read from/],
  ["DATEADD(DATETIME('now'), 999999999, year) : now", /outside the calendar/],
  ["last 999999999 years : now", /outside the calendar/],
  [
    `${"DATETRUNC(".repeat(40)}DATETIME('now')${", day)".repeat(40)} : now`,
    /nested too deeply/,
  ],
];

for (const [text, message] of REFUSED) {
  Deno.test(`refuses '${text.slice(0, 60)}', and says what is valid`, () => {
    assert.throws(() => read(text), (error) => {
      assert.ok(error instanceof ServiceError);
      assert.equal(error.type, "invalid_argument");
      assert.match(error.message, message);
      assert.ok(error.message.length < 400);
      assert.ok(error.hint);
      return true;
    });
  });
}
