/** Accounts with their roles and permissions, and API keys, out of Flask-AppBuilder's tables. */
import type { Role } from "../auth/caller.ts";
import type {
  Account,
  ApiKeyRow,
  GrantedPermission,
  UserDirectory,
} from "../auth/user_directory.ts";
import type { MetadataDatabase, Row } from "../drivers/metadata_database.ts";
import { decode } from "./decode.ts";
import type { Inspected } from "./inspect.ts";
import { bind, DIALECTS, parameter, sql, type Template, template } from "./sql.ts";

/** Reads accounts; three statements each, whatever one's roles hold. */
export class Accounts implements UserDirectory {
  readonly #database: MetadataDatabase;
  readonly #schema: Pick<Inspected, "hasGroups" | "hasApiKeys">;
  readonly #statements: Statements;

  constructor(database: MetadataDatabase, schema: Pick<Inspected, "hasGroups" | "hasApiKeys">) {
    this.#database = database;
    this.#schema = schema;
    this.#statements = makeStatements(database, schema.hasGroups);
  }

  findByUsername(username: string): Promise<Account | null> {
    return this.#find(this.#statements.byUsername, username);
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.#find(this.#statements.byEmail, email);
  }

  findById(id: number): Promise<Account | null> {
    return this.#find(this.#statements.byId, id);
  }

  async findApiKey(lookupHash: string): Promise<ApiKeyRow | null> {
    if (!this.#schema.hasApiKeys) return null;
    const [row] = await this.#run(this.#statements.apiKey, lookupHash);
    if (!row) return null;
    return {
      userId: Number(row.user_id),
      keyHash: String(row.key_hash),
      scopes: row.scopes === null ? null : String(row.scopes),
      active: decode(row.active, "bool") === true,
      expiresOnWallMs: wallClock(row.expires_on),
      revoked: row.revoked_on !== null,
    };
  }

  async #find(statement: Template, value: string | number): Promise<Account | null> {
    if (typeof value === "string" && value.includes("\0")) return null;
    const [row] = await this.#run(statement, value);
    if (!row) return null;
    const id = Number(row.id);
    const [roles, permissions] = await Promise.all([
      this.#run(this.#statements.roles, id),
      this.#run(this.#statements.permissions, id),
    ]);
    return {
      user: {
        id,
        username: String(row.username),
        email: String(row.email),
        firstName: String(row.first_name),
        lastName: String(row.last_name),
      },
      active: decode(row.active, "bool") === true,
      roles: roles.map((role): Role => ({ id: Number(role.id), name: String(role.name) })),
      permissions: permissions.map((granted): GrantedPermission => ({
        method: String(granted.method),
        view: String(granted.view),
      })),
    };
  }

  #run(statement: Template, value: unknown): Promise<readonly Row[]> {
    return this.#database.read(bind(statement, { value }, true));
  }
}

interface Statements {
  readonly byUsername: Template;
  readonly byEmail: Template;
  readonly byId: Template;
  readonly roles: Template;
  readonly permissions: Template;
  readonly apiKey: Template;
}

function makeStatements(database: MetadataDatabase, hasGroups: boolean): Statements {
  const { builder, equals } = DIALECTS[database.dialect];
  const value = parameter("value");
  const user = (column: "username" | "email" | "id") => {
    const own = sql.ref(`ab_user.${column}`);
    return template(
      builder.selectFrom("ab_user")
        .select(["id", "username", "email", "active", "first_name", "last_name"])
        .where(column === "id" ? sql<boolean>`${own} = ${value}` : equals(own, value)),
    );
  };
  const direct = sql`select ur.role_id from ab_user_role ur where ur.user_id = ${value}`;
  const throughGroups = sql`select gr.role_id from ab_user_group ug
    join ab_group_role gr on gr.group_id = ug.group_id where ug.user_id = ${value}`;
  const ofUser = hasGroups ? sql`${direct} union ${throughGroups}` : direct;
  return {
    byUsername: user("username"),
    byEmail: user("email"),
    byId: user("id"),
    roles: template(
      builder.selectFrom("ab_role").select(["id", "name"])
        .where(sql<boolean>`ab_role.id in (${ofUser})`)
        .orderBy("id"),
    ),
    permissions: template(
      builder.selectFrom("ab_permission_view_role as pr")
        .innerJoin("ab_permission_view as pv", "pv.id", "pr.permission_view_id")
        .innerJoin("ab_permission as p", "p.id", "pv.permission_id")
        .innerJoin("ab_view_menu as v", "v.id", "pv.view_menu_id")
        // Distinct by the pair's id: MySQL would take `User` and `user` for one.
        .select(["pv.id", "p.name as method", "v.name as view"]).distinct()
        .where(sql<boolean>`pr.role_id in (${ofUser})`),
    ),
    apiKey: template(
      builder.selectFrom("ab_api_key")
        .select(["user_id", "key_hash", "scopes", "active", "expires_on", "revoked_on"])
        .where(equals(sql.ref("ab_api_key.lookup_hash"), value)),
    ),
  };
}

/** A wall clock's reading as if it were UTC, in milliseconds since 1970; null where there is none. */
function wallClock(value: unknown): number | null {
  const text = decode(value, "datetime");
  return text === null ? null : Date.parse(`${text}Z`);
}
