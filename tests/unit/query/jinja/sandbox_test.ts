/** What a template must not reach, and what it must not use up. */
import assert from "node:assert/strict";
import { render } from "./support.ts";

const ESCAPES = [
  "{{ ''.constructor.constructor('return 1')() }}",
  "{{ ''['constructor']('return 1')() }}",
  "{{ [].constructor() }}",
  "{{ range.constructor('return 1')() }}",
  "{{ {}.toString.constructor('return 1')() }}",
  "{{ {}['toString']() }}",
  "{{ [].map.constructor('x')() }}",
  "{{ ''.__class__ }}",
  "{{ ''.__class__.__mro__[1].__subclasses__() }}",
  "{{ current_user_id.__globals__ }}",
  "{{ {}.__proto__ }}",
  "{{ self.__init__ }}",
  "{{ loop.index }}",
  "{{ cycler('a', 'b').next() }}",
  "{{ joiner(',')() }}",
  "{{ lipsum() }}",
  "{{ namespace.__init__.__globals__ }}",
  "{{ 'a'|attr('constructor') }}",
  "{% include 'a' %}",
  "{% import 'a' as a %}",
  "{% from 'a' import b %}",
  "{% extends 'a' %}",
  "{% block a %}{% endblock %}",
  "{% call m() %}{% endcall %}",
  "{{ range }}",
  "{{ filter_values }}",
  "{% set range.constructor = 1 %}",
  "{% set current_user.department = 'All' %}",
  "{{ '{0.__class__}'.format('a') }}",
  "{{ '{0[a]}'.format('a') }}",
  "{{ globals() }}",
  "{{ Deno.env }}",
  "{{ process.env }}",
  "{{ eval('1') }}",
];

for (const template of ESCAPES) {
  Deno.test(`refuses ${template}`, () => {
    assert.throws(() => render(template), { name: "ServiceError", type: "invalid_argument" });
  });
}

for (const name of ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"]) {
  Deno.test(`'${name}' is nothing's item, and a key like any other`, () => {
    assert.match(render(`{{ {}['${name}'] }}`), /no such element/);
    assert.match(render(`{{ deal['${name}'] }}`), /no such element/);
    assert.equal(render(`{{ ${name} is defined }}`), "False");
    assert.equal(render(`{{ {'${name}': 1}['${name}'] }}`), "1");
    assert.equal(render(`{{ url_param('${name}') }}`, { query: { url_params: {} } }), "None");
  });
}

const HUGE: Readonly<Record<string, string>> = {
  "loops in loops":
    "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
  "a text that doubles":
    "{% set n = namespace(x='abcdefgh') %}{% for a in range(90) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
  "a list that doubles":
    "{% set n = namespace(x=[1]) %}{% for a in range(90) %}{% set n.x = n.x + n.x %}{% endfor %}",
  "a range without end": "{{ range(1000000000) }}",
  "a text repeated": "{{ 'a' * 1000000000 }}",
  "a list repeated": "{{ [1] * 1000000000 }}",
  "a width": "{{ 'a'.rjust(1000000000) }}",
  "a replacement": "{{ ('a' * 10000)|replace('', 'b' * 10000) }}",
  "a long join": "{{ range(90000)|join('x' * 10000) }}",
  "a format": "{{ ('%s' * 5000) % (['x' * 5000] * 5000) }}{{ '{0}' * 90000 }}",
  "macros that call each other": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
  "copies without end":
    "{% for i in range(90000) %}{% set a = ('x' * 90000).upper() %}{% endfor %}",
  "searches without end":
    "{% set a = 'a' * 500000 %}{% for i in range(90000) %}{{ a.find('a' * 250000 ~ 'b') }}{% endfor %}",
  "a list appended to itself":
    "{% set a = [1] %}{% for i in range(90000) %}{% set _ = a.append(a) %}{% endfor %}{{ a }}",
  "more output than fits": "{% for i in range(90000) %}0123456789012345{% endfor %}",
};

for (const [what, template] of Object.entries(HUGE)) {
  Deno.test(`ends ${what}`, () => {
    const begun = performance.now();
    assert.throws(() => render(template), { name: "ServiceError" });
    assert.ok(performance.now() - begun < 5000, "it took over five seconds");
  });
}

const DEEP: Readonly<Record<string, string>> = {
  brackets: `{{ ${"(".repeat(50_000)}1${")".repeat(50_000)} }}`,
  lists: `{{ ${"[".repeat(50_000)}${"]".repeat(50_000)} }}`,
  attributes: `{{ a${".a".repeat(200_000)} }}`,
  sums: `{{ 1${"+1".repeat(200_000)} }}`,
  signs: `{{ ${"-".repeat(50_000)}1 }}`,
  negations: `{{ ${"not ".repeat(50_000)}1 }}`,
  choices: `{{ ${"1 if 1 else ".repeat(50_000)}1 }}`,
  conditions: "{% if 1 %}".repeat(50_000) + "{% endif %}".repeat(50_000),
  filters: `{{ 'a'${"|upper".repeat(200_000)} }}`,
};

for (const [what, template] of Object.entries(DEEP)) {
  Deno.test(`refuses ${what} nested without end`, () => {
    assert.throws(() => render(template), { name: "ServiceError" });
  });
}

Deno.test("reads long runs of spaces, quotes and brackets in one pass", () => {
  const begun = performance.now();
  for (
    const run of [
      " ".repeat(900_000),
      "\n".repeat(900_000),
      "{ ".repeat(450_000),
      "'".repeat(900_000),
    ]
  ) {
    render(`${run}{%- if deal -%}x{%- endif %}`);
    render(`{{ deal ${run.trim() === "" ? run : ""}}}`);
  }
  assert.throws(() => render(`{{ '${"1".repeat(99_000)}x'|float + {} }}`));
  assert.throws(() => render(`{{ "${"'".repeat(99_000)}x${"'".repeat(99_000)}"|to_datetime }}`));
  assert.throws(() => render(`{{ '${"UTC".repeat(40)}'|to_datetime('${"%Z".repeat(40)}x') }}`));
  assert.ok(performance.now() - begun < 5000, "it took over five seconds");
});
