/** Arguments in every spelling that clients send, and the refusals of all others. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { z } from "zod";
import { ServiceError } from "../../../src/errors.ts";
import { argumentReader } from "../../../src/mcp/tool_arguments.ts";
import { defineTool } from "../../../src/tools/define_tool.ts";

const tool = defineTool({
  name: "find_things",
  title: "Find things",
  description: "Finds things.",
  kind: "chart",
  action: "read",
  access: "public",
  input: () => ({
    page: z.int().min(1).max(100).optional(),
    ratio: z.number().optional(),
    name: z.string().max(10).optional(),
    mine: z.boolean().optional(),
    columns: z.array(z.string()).optional(),
    filters: z.array(z.strictObject({ col: z.string(), value: z.int() })).optional(),
    options: z.looseObject({}).optional(),
    identifier: z.union([z.int(), z.string()]).optional(),
    parent: z.int().nullable().optional(),
    direction: z.enum(["asc", "desc"]).optional(),
  }),
  ignored: ["force_refresh"],
  output: () => z.object({}),
  handle: () => Promise.resolve({}),
});
const read = argumentReader(tool);

type Arguments = Readonly<Record<string, unknown>>;

/** What is sent, and what it means. */
const ACCEPTED: readonly (readonly [name: string, sent: Arguments | undefined, Arguments])[] = [
  ["nothing", undefined, {}],
  ["flat arguments", { page: 2, name: "x" }, { page: 2, name: "x" }],
  ["arguments in request", { request: { page: 2, name: "x" } }, { page: 2, name: "x" }],
  ["request as JSON text", { request: '{"page": 2, "name": "x"}' }, { page: 2, name: "x" }],
  ["an empty request", { request: {} }, {}],
  ["a request of null", { request: null }, {}],
  ["null for what is left out", { page: null, name: null, columns: null }, {}],
  ["null where null means something", { parent: null }, { parent: null }],
  ["nulls in request", { request: { page: null } }, {}],
  ["an argument without a meaning here", { force_refresh: true, page: 1 }, { page: 1 }],
  ["such an argument in request", { request: { force_refresh: "yes", page: 1 } }, { page: 1 }],
  ["a number as text", { page: "7", ratio: "0.5" }, { page: 7, ratio: 0.5 }],
  ["a boolean as text", { mine: "True" }, { mine: true }],
  ["a list as JSON text", { columns: '["a","b"]' }, { columns: ["a", "b"] }],
  ["a list with commas", { columns: "a, b" }, { columns: ["a", "b"] }],
  ["one value for a list", { columns: "a" }, { columns: ["a"] }],
  ["filters as JSON text", { filters: '[{"col":"a","value":1}]' }, {
    filters: [{ col: "a", value: 1 }],
  }],
  ["an object as JSON text", { options: '{"a":1}' }, { options: { a: 1 } }],
  ["digits as an identifier", { identifier: "12" }, { identifier: "12" }],
  ["text that looks like JSON", { name: "[1]" }, { name: "[1]" }],
];

for (const [name, sent, meant] of ACCEPTED) {
  Deno.test(`accepts ${name}`, () => assert.deepEqual(read(sent), meant));
}

/** What is sent, the words of the refusal, and what its details name. */
const REFUSED: readonly (readonly [name: string, sent: Arguments, RegExp, string[]])[] = [
  ["an unknown argument", { pages: 1 }, /takes no 'pages'/, ["pages"]],
  ["an unknown argument in request", { request: { pages: 1 } }, /takes no 'pages'/, ["pages"]],
  ["several unknown arguments", { a: 1, b: 2 }, /takes no 'a', 'b'/, ["a", "b"]],
  ["request beside others", { request: { page: 1 }, page: 2 }, /'request'/, ["request"]],
  ["a request that is a list", { request: [1] }, /'request'/, ["request"]],
  ["a request that is no JSON", { request: "page=1" }, /'request'/, ["request"]],
  ["an unknown argument of null", { nope: null }, /'nope'/, ["nope"]],
  ["a name of Object.prototype", { constructor: 1 }, /'constructor'/, ["constructor"]],
  ["a number too small", { page: 0 }, /page: is too small/, ["page"]],
  ["a number too large", { page: 101 }, /page: is too big/, ["page"]],
  ["a fraction", { page: 1.5 }, /page: expected int/, ["page"]],
  ["a number that is none", { page: "seven" }, /page: expected number/, ["page"]],
  ["text too long", { name: "x".repeat(11) }, /name: is too big/, ["name"]],
  ["a number for text", { name: 5 }, /name: expected string/, ["name"]],
  ["yes for a boolean", { mine: "yes" }, /mine: expected boolean/, ["mine"]],
  ["an object for an identifier", { identifier: {} }, /identifier: is not of a type/, [
    "identifier",
  ]],
  ["a choice that is none", { direction: "up" }, /"asc"\|"desc"/, ["direction"]],
  ["a filter without its column", { filters: [{ value: 1 }] }, /filters\.0\.col: is required/, [
    "filters.0.col",
  ]],
  ["a filter with more", { filters: [{ col: "a", value: 1, x: 2 }] }, /filters\.0/, ["filters.0"]],
];

for (const [name, sent, words, named] of REFUSED) {
  Deno.test(`refuses ${name}, naming it and what is valid`, () => {
    assert.throws(() => read(sent), (error) => {
      assert.ok(error instanceof ServiceError, String(error));
      assert.equal(error.type, "invalid_argument");
      assert.match(error.message, words);
      assert.match(error.hint ?? "", /Valid arguments: page, ratio, name/);
      const { unknown, problems } = error.details as {
        unknown?: string[];
        problems?: { argument: string }[];
      };
      assert.deepEqual(unknown ?? problems?.map(({ argument }) => argument), named);
      return true;
    });
  });
}

Deno.test("a tool without arguments says that it takes none", () => {
  const bare = argumentReader({ ...tool, input: z.strictObject({}) });
  assert.deepEqual(bare({ request: {} }), {});
  assert.throws(
    () => bare({ x: 1 }),
    (error) => error instanceof ServiceError && error.hint === "It takes no arguments.",
  );
});

Deno.test("a refusal holds no value that was sent, and is short however much was", () => {
  const sent = { name: "hunter2".repeat(1000), page: "hunter2", mine: "hunter2" };
  assert.throws(() => read(sent), (error) => {
    assert.doesNotMatch(JSON.stringify((error as ServiceError).body()), /hunter2/);
    return true;
  });
  const many = Object.fromEntries(
    Array.from({ length: 2000 }, (_, at) => [`${at}`.repeat(50), at]),
  );
  assert.throws(() => read(many), (error) => {
    assert.ok(JSON.stringify((error as ServiceError).body()).length < 4000);
    return true;
  });
});

Deno.test("anything at all is either read or refused as an invalid argument", () => {
  const names = fc.constantFrom("request", ...Object.keys(tool.input.shape), "__proto__", "x");
  const arguments_ = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.json()));
  fc.assert(
    fc.property(arguments_, (args) => {
      try {
        tool.input.parse(read(args));
      } catch (error) {
        assert.ok(error instanceof ServiceError, String(error));
        assert.equal(error.type, "invalid_argument");
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("flat, in request, and as its text are the same", () => {
  const given = fc.record({
    page: fc.integer({ min: 1, max: 100 }),
    name: fc.string({ maxLength: 5 }),
    columns: fc.array(fc.string()),
    mine: fc.boolean(),
  }, { requiredKeys: [] });
  fc.assert(fc.property(given, (args) => {
    assert.deepEqual(read(args), { ...args });
    assert.deepEqual(read({ request: args }), read(args));
    assert.deepEqual(read({ request: JSON.stringify(args) }), read(args));
  }));
});
