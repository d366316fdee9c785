/** Where accounts and API keys are looked up. The DAO implements it over Superset's own tables. */
import type { Role, User } from "./caller.ts";

/** One permission that a role holds: a method on a view, such as `can_read` on `Chart`. */
export interface GrantedPermission {
  readonly method: string;
  readonly view: string;
}

/** An account as the metadata database has it now. */
export interface Account {
  readonly user: User;
  /** ab_user.active; a null there counts as false. */
  readonly active: boolean;
  /** Direct ones (ab_user_role) and those of groups (ab_user_group, ab_group_role), each once. */
  readonly roles: readonly Role[];
  /** What the roles hold; one entry twice does no harm. */
  readonly permissions: readonly GrantedPermission[];
}

/** A row of ab_api_key (Flask-AppBuilder 5.2, security/sqla/models.py, `ApiKey`). */
export interface ApiKeyRow {
  readonly userId: number;
  /** Werkzeug's form, `method$salt$hex`. */
  readonly keyHash: string;
  /** Comma-separated words, or null. */
  readonly scopes: string | null;
  readonly active: boolean;
  /**
   * The column holds a wall clock without a zone. This is that reading as if it were UTC, in
   * milliseconds since 1970; `auth/api_key.ts` compares it with a wall clock as Superset does.
   */
  readonly expiresOnWallMs: number | null;
  /** ab_api_key.revoked_on is set. */
  readonly revoked: boolean;
}

/**
 * Every method answers null where nothing matches, and throws ServiceError `unavailable` when the
 * database can't be reached. Nothing is cached here: the authenticator does that.
 */
export interface UserDirectory {
  /** By ab_user.username, compared exactly (Superset 6.1, mcp_service/auth.py does the same). */
  findByUsername(username: string): Promise<Account | null>;
  /** By ab_user.email, compared exactly (Flask-AppBuilder 5.2, `find_user`). */
  findByEmail(email: string): Promise<Account | null>;
  findById(id: number): Promise<Account | null>;
  /**
   * By ab_api_key.lookup_hash, 64 hex digits.
   * @returns null as well where this Superset has no such table yet
   */
  findApiKey(lookupHash: string): Promise<ApiKeyRow | null>;
}
