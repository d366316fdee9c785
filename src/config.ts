/**
 * The service's settings: the environment and the command line, read once, validated together and
 * frozen. What is wrong is told in one message; a secret's value is in no message.
 */

import type { Secret } from "./config/secret.ts";

export { Secret } from "./config/secret.ts";
export { SETTINGS } from "./config/settings.ts";
export type { Setting, SettingName } from "./config/settings.ts";
export { ConfigError, loadConfig } from "./config/load.ts";
export type { ConfigSources, Flags } from "./config/load.ts";

export type JwtAlgorithm =
  | "HS256"
  | "HS384"
  | "HS512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "ES256"
  | "ES384";

/** How tokens are checked: the one algorithm, one source of keys, and who may have issued them. */
export interface JwtConfig {
  readonly algorithm: JwtAlgorithm;
  readonly key:
    | { readonly kind: "secret"; readonly secret: Secret }
    | { readonly kind: "pem"; readonly pem: string }
    | { readonly kind: "jwks"; readonly uri: URL };
  readonly issuer: string | null;
  /** Any of these; never empty. */
  readonly audience: readonly string[];
}

export interface Config {
  /** Superset's metadata database; the embedded demo where nothing is set. */
  readonly metadata: { readonly kind: "demo" } | { readonly kind: "uri"; readonly uri: Secret };
  /** Superset's SECRET_KEY. */
  readonly secretKey: Secret | null;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly allowedHosts: readonly string[];
    readonly allowedOrigins: readonly string[];
    /** The URL that metadata documents name; derived from the request's host where unset. */
    readonly publicUrl: URL | null;
  };
  readonly auth: {
    /** Null where bearer tokens are not required. */
    readonly jwt: JwtConfig | null;
    readonly devUsername: string | null;
    readonly requiredScopes: readonly string[];
    readonly userClaims: readonly string[];
    readonly attributeClaims: readonly string[];
    readonly enforceToolScopes: boolean;
    readonly tenantClaim: string;
    /**
     * False: Superset's permissions on tools are not asked for. What is seen of charts, dashboards,
     * datasets and databases stays; kinds that a permission alone guards are open to everyone.
     */
    readonly rbacEnabled: boolean;
  };
  readonly tools: { readonly disabled: ReadonlySet<string>; readonly readOnly: boolean };
  readonly featureFlags: Readonly<Record<string, boolean>>;
  /** The base of every URL handed out, without a slash at its end. */
  readonly supersetUrl: string;
  readonly pool: {
    readonly size: number;
    readonly maxOverflow: number;
    readonly timeoutSeconds: number;
    readonly recycleSeconds: number;
  };
  readonly cache: { readonly enabled: boolean; readonly maxBytes: number };
  /** Rows of a query: where it names no limit, and at most (Superset's ROW_LIMIT, SQL_MAX_ROW). */
  readonly rows: { readonly limit: number; readonly max: number };
  readonly sqlLab: {
    /** The longest that SQL of a caller's own may take (Superset's SQLLAB_TIMEOUT). */
    readonly timeoutSeconds: number;
    /** Functions that any SQL may call beyond the lists of its engine, by Superset's backend name. */
    readonly functions: Readonly<Record<string, readonly string[]>>;
    /** Whether what callers run is written to SQL Lab's history. */
    readonly history: boolean;
  };
  /** The largest answer, in estimated tokens. */
  readonly responseTokenLimit: number;
  readonly log: {
    readonly level: "debug" | "info" | "warn" | "error";
    readonly format: "json" | "text";
  };
  readonly conformanceFixtures: boolean;
  /** What an operator should know about these settings although nothing is wrong with them. */
  readonly notices: readonly string[];
}
