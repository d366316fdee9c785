import assert from "node:assert/strict";
import fc from "fast-check";
import { makeSecretBox } from "../../../src/drivers/secret_box.ts";
import { seal } from "../../support/sealed_secrets.ts";

const KEY = "acme-analytics-superset-secret-key-0123456789";

Deno.test("opens a password that Superset 6.1 sealed", () => {
  assert.equal(makeSecretBox(KEY).open("S+lRpJg06xTca1SJ4Wd2qQ=="), "superset");
});

Deno.test("opens whatever was sealed with its key, but for stars at the end", () => {
  const text = fc.string({ minLength: 1, unit: "grapheme", maxLength: 60 })
    // deno-lint-ignore no-control-regex -- what no secret holds
    .filter((value) => !/[\x00-\x1f\x7f]/.test(value));
  fc.assert(fc.property(text, fc.string({ minLength: 1 }), (value, key) => {
    assert.equal(makeSecretBox(key).open(seal(value, key)), value.replace(/\*+$/, ""));
  }));
});

Deno.test("opens JSON of several lines, as dbs.encrypted_extra holds it", () => {
  const extra = `{\n\t"connect_args": {"sslmode": "require"}\r\n}`;
  assert.equal(makeSecretBox(KEY).open(seal(extra, KEY)), extra);
});

Deno.test("says that the key is wrong, and shows neither key nor secret", () => {
  const sealed = seal("the database's password", KEY);
  assert.throws(() => makeSecretBox("another-key").open(sealed), (thrown: Error) => {
    assert.match(thrown.message, /SUPERSET_SECRET_KEY does not open/);
    assert.ok(!thrown.message.includes("another-key") && !thrown.message.includes(sealed));
    return true;
  });
});

Deno.test("notices a wrong key by a short secret in nearly every case", () => {
  const sealed = seal("superset", KEY);
  const keys = Array.from({ length: 2000 }, (_, at) => `wrong ${at}`);
  const fooled = keys.filter((key) => {
    try {
      makeSecretBox(key).open(sealed);
      return true;
    } catch {
      return false;
    }
  });
  assert.ok(fooled.length <= 1, `${fooled.length} of ${keys.length}`);
});

for (const sealed of ["", "not base64!", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"]) {
  Deno.test(`calls ${JSON.stringify(sealed)} no sealed secret`, () => {
    assert.throws(() => makeSecretBox(KEY).open(sealed), /can't be read/);
  });
}
