import assert from "node:assert/strict";
import {
  type CsvQuestion,
  type CsvReader,
  LINK_SECONDS,
  openCsvLink,
  sealCsvLink,
} from "../../../src/tools/sql_lab/csv_link.ts";
import type { ServiceError } from "../../../src/errors.ts";

const KEY = new Uint8Array(32).fill(7);
const NOW = 1_700_000_000_000;
const GREG: CsvReader = { tenant: null, user: { id: 5 } };
const QUESTION: CsvQuestion = {
  databaseId: 1,
  schema: "public",
  sql: "select 'secret' from orders where region = {{ region }}",
  templateParams: { region: "EMEA" },
  limit: 1000,
};

const refused = (open: () => unknown) =>
  assert.throws(open, (error: ServiceError) => error.type === "not_found");

Deno.test("a link gives its question back to whom it was made for", () => {
  const link = sealCsvLink(QUESTION, GREG, KEY, NOW);
  assert.match(link, /^[\w-]+$/);
  assert.deepEqual(openCsvLink(link, GREG, KEY, NOW + LINK_SECONDS * 1000 - 1), QUESTION);
});

Deno.test("a link is good for five minutes at most", () => {
  assert.ok(LINK_SECONDS <= 300);
  const link = sealCsvLink(QUESTION, GREG, KEY, NOW);
  refused(() => openCsvLink(link, GREG, KEY, NOW + LINK_SECONDS * 1000));
});

Deno.test("a link opens for nobody else, nor with another key", () => {
  const link = sealCsvLink(QUESTION, GREG, KEY, NOW);
  refused(() => openCsvLink(link, { tenant: null, user: { id: 6 } }, KEY, NOW));
  refused(() => openCsvLink(link, { tenant: "acme", user: { id: 5 } }, KEY, NOW));
  refused(() => openCsvLink(link, GREG, new Uint8Array(32).fill(8), NOW));
});

Deno.test("a link says nothing of its SQL, and no two are alike", () => {
  const links = [1, 2].map(() => sealCsvLink(QUESTION, GREG, KEY, NOW));
  assert.notEqual(links[0], links[1]);
  for (const link of links) {
    assert.doesNotMatch(Buffer.from(link, "base64url").toString("latin1"), /secret|orders|EMEA/);
  }
});

Deno.test("a link that was changed anywhere, cut or added to is none", () => {
  const bytes = Buffer.from(sealCsvLink(QUESTION, GREG, KEY, NOW), "base64url");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    refused(() => openCsvLink(changed.toString("base64url"), GREG, KEY, NOW));
    refused(() => openCsvLink(bytes.subarray(0, at).toString("base64url"), GREG, KEY, NOW));
  }
  refused(() => openCsvLink(Buffer.concat([bytes, bytes]).toString("base64url"), GREG, KEY, NOW));
  for (const link of ["", "x", "?".repeat(50), "A".repeat(100_000)]) {
    refused(() => openCsvLink(link, GREG, KEY, NOW));
  }
});

Deno.test("SQL that no link can hold is refused, and says so", () => {
  const noise = Array.from({ length: 2000 }, () => crypto.randomUUID()).join(" ");
  const long = { ...QUESTION, sql: `select '${noise}'` };
  assert.throws(() => sealCsvLink(long, GREG, KEY, NOW), /too long for a link/);
});
