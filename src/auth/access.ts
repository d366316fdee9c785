/** What roles open: the data a caller may reach, and whether a tool is theirs to use. */
import {
  type Caller,
  type DataAccess,
  permissionName,
  type Role,
  type WriteLeave,
} from "./caller.ts";
import type { GrantedPermission } from "./user_directory.ts";

/** Superset's AUTH_ROLE_ADMIN as it ships; the comparison is exact, as `is_admin` does it. */
export const ADMIN_ROLE = "Admin";

/** What of a tool's declaration decides who may use it; a `Tool` fits. */
export interface ToolAccess {
  readonly kind: string;
  readonly action: string;
  /** Anyone who is signed in, or whoever holds one of these. An empty list opens to nobody. */
  readonly access: "public" | readonly GrantedPermission[];
}

/** The settings that bear on it; `Config.auth` fits. */
export interface AccessSettings {
  readonly rbacEnabled: boolean;
  readonly enforceToolScopes: boolean;
}

// superset/security/manager.py 6.1, DATABASE_PERM_REGEX.
const DATABASE_PERMISSION = /^\[[^\n]+\]\.\(id:([0-9]+)\)$/;

/**
 * Sorts permissions into what they open, as Superset 6.1's security manager reads them
 * (`user_view_menu_names`, `get_accessible_databases`, `can_access_all_*`, `is_admin`). Being an
 * admin opens nothing by itself there: the Admin role simply holds the `all_*` permissions.
 */
export function dataAccess(
  roles: readonly Role[],
  permissions: readonly GrantedPermission[],
): DataAccess {
  const views = (method: string): readonly string[] =>
    [
      ...new Set(permissions.filter((p) => p.method === method).map((p) => p.view)),
    ].sort();
  const opensAll = (name: string): boolean => views(name).includes(name);

  const allDatabases = opensAll("all_database_access");
  const databasePerms = views("database_access");
  return {
    isAdmin: roles.some((role) => role.name === ADMIN_ROLE),
    allDatasources: allDatabases || opensAll("all_datasource_access"),
    allDatabases,
    allQueries: opensAll("all_query_access"),
    databasePerms,
    databaseIds: databaseIds(databasePerms),
    catalogPerms: views("catalog_access"),
    schemaPerms: views("schema_access"),
    datasourcePerms: views("datasource_access"),
  };
}

/** What a tool that reads, and may write too, asks for before it writes. */
const WRITE_ACTION = "write";

/** The scope of it: `superset:<kind>:write`. */
export function writeScope({ kind }: Pick<ToolAccess, "kind">): string {
  return toolScope({ kind, action: WRITE_ACTION });
}

export function writeLeave(
  caller: Pick<Caller, "permissions" | "scopes" | "source">,
  tool: Pick<ToolAccess, "kind" | "access">,
  settings: AccessSettings & { readonly readOnly: boolean },
): WriteLeave {
  if (settings.readOnly) return "service_reads_only";
  const writing = { ...tool, action: WRITE_ACTION };
  // Where MCP_RBAC_ENABLED is false too: it opens tools, and nobody is to write who might not before.
  if (!holdsPermission(caller, writing, { ...settings, rbacEnabled: true })) return "no_permission";
  return holdsScope(caller, writing, settings) ? "granted" : "no_scope";
}

/** The scope that a tool asks for: `superset:<kind>:<action>`, such as `superset:chart:create`. */
export function toolScope(tool: Pick<ToolAccess, "kind" | "action">): string {
  return `superset:${tool.kind}:${tool.action}`;
}

/**
 * True if the caller may use the tool, and so sees it. Permission and scope must both allow it:
 * scopes count where MCP_ENFORCE_TOOL_SCOPES is on, and always for an API key that was given any
 * `superset:` scope, since its maker asked for less than the whole account. A development user
 * has no token that could hold scopes.
 */
export function isAllowed(
  caller: Pick<Caller, "permissions" | "scopes" | "source">,
  tool: ToolAccess,
  settings: AccessSettings,
): boolean {
  return holdsPermission(caller, tool, settings) && holdsScope(caller, tool, settings);
}

/**
 * Kinds of which every one is open to whoever holds the permission: nothing else guards them, so it is
 * asked for even where MCP_RBAC_ENABLED is false.
 */
const ALWAYS_GUARDED: ReadonlySet<string> = new Set(["role", "rls", "user"]);

function holdsPermission(
  caller: Pick<Caller, "permissions">,
  tool: ToolAccess,
  settings: AccessSettings,
): boolean {
  if (tool.access === "public") return true;
  if (!settings.rbacEnabled && !ALWAYS_GUARDED.has(tool.kind)) return true;
  return tool.access.some((p) => caller.permissions.has(permissionName(p.method, p.view)));
}

function holdsScope(
  caller: Pick<Caller, "scopes" | "source">,
  tool: ToolAccess,
  settings: AccessSettings,
): boolean {
  if (caller.source === "dev_user") return true;
  if (settings.enforceToolScopes || isNarrowedKey(caller)) {
    return caller.scopes.has(toolScope(tool));
  }
  return true;
}

function isNarrowedKey(caller: Pick<Caller, "scopes" | "source">): boolean {
  if (caller.source !== "api_key") return false;
  for (const scope of caller.scopes) if (scope.startsWith("superset:")) return true;
  return false;
}

function databaseIds(perms: readonly string[]): readonly number[] {
  const ids = new Set<number>();
  for (const perm of perms) {
    const id = Number(DATABASE_PERMISSION.exec(perm)?.[1]);
    if (Number.isSafeInteger(id)) ids.add(id);
  }
  return [...ids].sort((a, b) => a - b);
}
