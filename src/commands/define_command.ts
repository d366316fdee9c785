/**
 * The shape of a command: a use case that changes the workspace. It declares who may run it, as a tool
 * does; the permission, MCP_READ_ONLY and the transaction are put around it by `run_commands.ts`.
 */
import type { Caller } from "../auth/caller.ts";
import type { GrantedPermission } from "../auth/user_directory.ts";
import type { Dao } from "../dao/dao.ts";
import type { Transaction } from "../dao/writing.ts";

/** What a command has to work with while it runs. */
export interface CommandContext {
  readonly caller: Caller;
  /** All that it writes stands when it resolves, and nothing when it rejects. */
  readonly transaction: Transaction;
  /** What the caller may see, read outside of the transaction. */
  readonly dao: Dao;
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** A random UUID, such as `0f8fad5b-d9cb-469f-a165-70867728950e`. */
  readonly newUuid: () => string;
  /** Superset's feature flags, by name. */
  readonly featureFlags: Readonly<Record<string, boolean>>;
}

export interface Command<In, Out> {
  /** Superset's permission and the scope; the tool that runs it asks for the same. */
  readonly who: {
    readonly kind: string;
    readonly action: string;
    readonly access: readonly [GrantedPermission, ...GrantedPermission[]];
  };
  readonly run: (input: In, context: CommandContext) => Promise<Out>;
}
