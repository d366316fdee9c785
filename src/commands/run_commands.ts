/** The one way to run a command: who may, whether anything may be written, and one transaction. */
import { type AccessSettings, isAllowed } from "../auth/access.ts";
import type { Caller } from "../auth/caller.ts";
import type { Metadata } from "../dao/metadata.ts";
import type { Writing } from "../dao/writing.ts";
import { ServiceError } from "../errors.ts";
import type { Command } from "./define_command.ts";

export interface CommandsOptions {
  readonly writing: Writing;
  readonly metadata: Pick<Metadata, "dao">;
  readonly access: AccessSettings;
  /** MCP_READ_ONLY. */
  readonly readOnly: boolean;
  readonly featureFlags: Readonly<Record<string, boolean>>;
  readonly now: () => number;
  readonly newUuid: () => string;
}

export class Commands {
  readonly #options: CommandsOptions;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /**
   * @throws ServiceError `permission_denied`, `unavailable`, `conflict`, and what the command throws;
   *   nothing of it is written then
   */
  async run<In, Out>(command: Command<In, Out>, caller: Caller, input: In): Promise<Out> {
    const { writing, metadata, access, readOnly, featureFlags, now, newUuid } = this.#options;
    if (readOnly) {
      throw new ServiceError("permission_denied", "This service changes nothing in Superset.", {
        hint: "Its operator has set MCP_READ_ONLY.",
      });
    }
    if (!isAllowed(caller, command.who, access)) {
      throw new ServiceError("permission_denied", "You may not change that.", {
        hint: "An administrator of Superset can grant more.",
      });
    }
    const dao = await metadata.dao();
    return await writing.transaction((transaction) =>
      command.run(input, { caller, transaction, dao, now: now(), newUuid, featureFlags })
    );
  }
}
