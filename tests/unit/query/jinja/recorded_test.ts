/** The language against Jinja's own answers, recorded from Jinja 3.1.6 as Superset sets it up. */
import assert from "node:assert/strict";
import { recordedAnswers } from "../../../support/recorded_answers.ts";
import { render } from "./support.ts";

interface Case {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly template: string;
  readonly text?: string;
  readonly error?: true;
}

const [{ context = {} }, ...cases] = recordedAnswers<Case>("jinja") as [Case, ...Case[]];

for (const { template, text, error } of cases) {
  Deno.test(`renders ${JSON.stringify(template)} as Jinja does`, () => {
    const asked = { operatorValues: context };
    if (error) assert.throws(() => render(template, asked), { type: /invalid_argument|too_large/ });
    else assert.equal(render(template, asked), text);
  });
}

Deno.test("the recorded cases are all there", () => {
  assert.ok(cases.length > 200, `only ${cases.length}`);
});
