/** Who may ask: bearer tokens, or one configured user, never both and never nobody. */
import type { Config, JwtAlgorithm, JwtConfig } from "../config.ts";
import { isLoopback } from "./network.ts";
import { type SettingReader, shown } from "./reader.ts";

const ALGORITHMS: readonly JwtAlgorithm[] = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
];
const KEY_SETTINGS = ["MCP_JWT_SECRET", "MCP_JWT_PUBLIC_KEY", "MCP_JWKS_URI"] as const;
const USER_CLAIMS = ["preferred_username", "username", "email", "sub"];
/** HMAC-SHA-256 wants a key of its output's size (RFC 7518 section 3.2). */
const MIN_SECRET_BYTES = 32;

const claim = (item: string) =>
  /^[^\s{}'"]{1,128}$/.test(item) ? null : "a claim's name, without blanks, quotes and braces";
const scope = (item: string) =>
  /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(item) ? null : "a scope as RFC 6749 spells it";

/** @param demoUsername whom one is where nothing is set; null where no demo is served */
export function readAuth(reader: SettingReader, demoUsername: string | null): Config["auth"] {
  const enabled = reader.flag("MCP_AUTH_ENABLED", false);
  const jwt = readJwt(reader, enabled);
  return {
    jwt,
    devUsername: readDevUsername(reader, enabled, demoUsername),
    requiredScopes: reader.list("MCP_REQUIRED_SCOPES", [], scope),
    userClaims: reader.list("MCP_USER_CLAIMS", USER_CLAIMS, claim),
    attributeClaims: reader.list("MCP_USER_ATTRIBUTE_CLAIMS", [], claim),
    enforceToolScopes: reader.flag("MCP_ENFORCE_TOOL_SCOPES", false),
    tenantClaim: readTenantClaim(reader),
    rbacEnabled: reader.flag("MCP_RBAC_ENABLED", true),
  };
}

function readTenantClaim(reader: SettingReader): string {
  const name = reader.text("MCP_TENANT_CLAIM") ?? "tenant_id";
  const valid = claim(name);
  if (valid !== null) {
    reader.refuse("MCP_TENANT_CLAIM", `${shown(name)} can't be used; valid: ${valid}`);
  }
  return name;
}

function readDevUsername(
  reader: SettingReader,
  enabled: boolean,
  demoUsername: string | null,
): string | null {
  const name = reader.text("MCP_DEV_USERNAME");
  if (enabled) {
    if (reader.isSet("MCP_DEV_USERNAME")) {
      reader.refuse(
        "MCP_DEV_USERNAME",
        "is set together with MCP_AUTH_ENABLED=true, and would let everyone in without a token; " +
          "valid: one of the two",
      );
    }
    return null;
  }
  if (name !== null) return name;
  if (demoUsername !== null) return demoUsername;
  if (!reader.isBroken("MCP_DEV_USERNAME", "MCP_AUTH_ENABLED")) {
    reader.refuse(
      "MCP_AUTH_ENABLED",
      "nobody could ask anything of this workspace; valid: MCP_AUTH_ENABLED=true with the " +
        "MCP_JWT_ settings, or MCP_DEV_USERNAME=<a Superset user> for one person on this machine",
    );
  }
  return null;
}

/** Reads the settings of tokens even where they are off, so that their faults are told. */
function readJwt(reader: SettingReader, enabled: boolean): JwtConfig | null {
  const issuer = reader.text("MCP_JWT_ISSUER");
  const audience = reader.list("MCP_JWT_AUDIENCE", []);
  const key = readKey(reader, enabled);
  const algorithm = reader.choice(
    "MCP_JWT_ALGORITHM",
    ALGORITHMS,
    key?.kind === "secret" ? "HS256" : "RS256",
  );
  if (!enabled) return null;
  if (audience.length === 0 && !reader.isBroken("MCP_JWT_AUDIENCE")) {
    reader.refuse(
      "MCP_JWT_AUDIENCE",
      "is not set, so a token made for another service would be accepted; " +
        "valid: the audience that your identity provider writes for this service",
    );
  }
  if (key === null) return null;
  const fits = algorithm.startsWith("HS") === (key.kind === "secret");
  if (!fits && !reader.isBroken("MCP_JWT_ALGORITHM")) {
    reader.refuse(
      "MCP_JWT_ALGORITHM",
      `${shown(algorithm)} does not fit the key that is set; valid: HS256, HS384, HS512 with ` +
        "MCP_JWT_SECRET, the RS and ES algorithms with MCP_JWT_PUBLIC_KEY or MCP_JWKS_URI",
    );
  }
  return { algorithm, key, issuer, audience };
}

function readKey(reader: SettingReader, enabled: boolean): JwtConfig["key"] | null {
  const secret = reader.secret("MCP_JWT_SECRET");
  const pem = reader.text("MCP_JWT_PUBLIC_KEY")?.replaceAll("\\n", "\n") ?? null;
  const uri = reader.url("MCP_JWKS_URI", ["https:", "http:"]);
  if (secret && new TextEncoder().encode(secret.reveal()).length < MIN_SECRET_BYTES) {
    reader.refuse(
      "MCP_JWT_SECRET",
      `is too short to be safe; valid: at least ${MIN_SECRET_BYTES} bytes`,
    );
  }
  if (
    pem !== null && !/^-----BEGIN (PUBLIC KEY|CERTIFICATE)-----\s[^]+-----END \1-----$/.test(pem)
  ) {
    reader.refuse(
      "MCP_JWT_PUBLIC_KEY",
      "is no public key in PEM; valid: -----BEGIN PUBLIC KEY----- … -----END PUBLIC KEY-----",
    );
  }
  if (uri && uri.protocol === "http:" && !isLoopback(uri.hostname)) {
    reader.refuse(
      "MCP_JWKS_URI",
      `${shown(uri.href)} would fetch keys in the clear; valid: https, or http on loopback`,
    );
  }
  if (enabled && !reader.isBroken(...KEY_SETTINGS)) refuseWrongNumber(reader);
  if (secret) return { kind: "secret", secret };
  if (pem !== null) return { kind: "pem", pem };
  return uri ? { kind: "jwks", uri } : null;
}

function refuseWrongNumber(reader: SettingReader): void {
  const set = KEY_SETTINGS.filter((name) => reader.isSet(name));
  if (set.length === 1) return;
  reader.refuse(
    set[1] ?? "MCP_JWKS_URI",
    set.length === 0
      ? `no key for tokens is set; valid: one of ${KEY_SETTINGS.join(", ")}`
      : `is set beside ${set[0]}; valid: one of ${KEY_SETTINGS.join(", ")}`,
  );
}
