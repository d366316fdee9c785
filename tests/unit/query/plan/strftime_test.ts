import assert from "node:assert/strict";
import fc from "fast-check";
import { strftime, strptime } from "../../../../src/query/plan/strftime.ts";

const MOMENT = new Date("2024-02-09T15:04:05.678Z");

const WRITTEN: readonly (readonly [string, string])[] = [
  ["%Y-%m-%d %H:%M:%S.%f", "2024-02-09 15:04:05.678000"],
  ["%d.%m.%y", "09.02.24"],
  ["%I:%M %p", "03:04 PM"],
  ["%j|%B|%b|%A|%a", "040|February|Feb|Friday|Fri"],
  ["100%% %Q", "100% %Q"],
];

for (const [pattern, text] of WRITTEN) {
  Deno.test(`writes ${pattern} as ${text}`, () => assert.equal(strftime(MOMENT, pattern), text));
}

const READ: readonly (readonly [string, string, string | null])[] = [
  ["2024-02-09", "%Y-%m-%d", "2024-02-09T00:00:00.000Z"],
  ["on 09/02/70 at 3PM", "%d/%m/%y at %I%p", "1970-02-09T15:00:00.000Z"],
  ["12AM", "%I%p", "1970-01-01T00:00:00.000Z"],
  ["9 february 2024", "%d %B %Y", "2024-02-09T00:00:00.000Z"],
  ["2024-040", "%Y-%j", "2024-02-09T00:00:00.000Z"],
  ["2024-02-09T15:04:05.5+02:00", "%Y-%m-%dT%H:%M:%S.%f%z", "2024-02-09T13:04:05.500Z"],
  ["2023-02-29", "%Y-%m-%d", null],
  ["never", "%Y", null],
  ["2024", "%Y %Y", null],
  ["2024", "%Q", null],
  ["(2024)", "(%Y)", "2024-01-01T00:00:00.000Z"],
];

for (const [text, pattern, moment] of READ) {
  Deno.test(`reads ${text} by ${pattern} as ${moment}`, () => {
    assert.equal(strptime(text, pattern)?.toISOString() ?? null, moment);
  });
}

Deno.test("reads every moment that it has written", () => {
  const patterns = ["%Y-%m-%d %H:%M:%S.%f", "%Y%m%d%H%M%S%f", "%B %d, %Y %I:%M:%S.%f %p"];
  const moments = fc.date({
    min: new Date("1000-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(fc.property(moments, fc.constantFrom(...patterns), (moment, pattern) => {
    assert.deepEqual(strptime(strftime(moment, pattern), pattern), moment);
  }));
});
