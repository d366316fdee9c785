/** Who is asking, resolved once for a request: the person, their roles, and what these open. */

export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

export interface Role {
  readonly id: number;
  readonly name: string;
}

/**
 * The data a caller's roles open, as Superset's security manager reads it from the permission
 * names (superset/security/manager.py 6.1, `user_view_menu_names`, `get_accessible_databases`).
 */
export interface DataAccess {
  /** Has the role named by AUTH_ROLE_ADMIN, `Admin`. */
  readonly isAdmin: boolean;
  readonly allDatasources: boolean;
  readonly allDatabases: boolean;
  readonly allQueries: boolean;
  /** Names of the form `[database].(id:1)`. */
  readonly databasePerms: readonly string[];
  /** The ids inside `databasePerms`. */
  readonly databaseIds: readonly number[];
  /** Names of the form `[database].[catalog]`. */
  readonly catalogPerms: readonly string[];
  /** Names of the form `[database].[catalog].[schema]`, or `[database].[schema]`. */
  readonly schemaPerms: readonly string[];
  /** Names of the form `[database].[table](id:1)`. */
  readonly datasourcePerms: readonly string[];
}

export interface Caller {
  readonly user: User;
  readonly roles: readonly Role[];
  /** Such as `can_read Chart`: method, space, view. */
  readonly permissions: ReadonlySet<string>;
  readonly access: DataAccess;
  /** The validated tenant claim; null where the token names none. */
  readonly tenant: string | null;
  /** The token's scopes; empty where there is no token. */
  readonly scopes: ReadonlySet<string>;
  /** The claims named by MCP_USER_ATTRIBUTE_CLAIMS that the token holds. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly source: "token" | "api_key" | "dev_user";
}

/** The name under which a permission stands in `Caller.permissions`. */
export function permissionName(method: string, view: string): string {
  return `${method} ${view}`;
}

/** Whether a tool that reads, and may write too, may write now. */
export type WriteLeave = "granted" | "service_reads_only" | "no_permission" | "no_scope";
