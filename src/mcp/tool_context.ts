/** What a tool gets beside its input, and who may use it at all. */
import { isAllowed, writeLeave } from "../auth/access.ts";
import { ServiceError } from "../errors.ts";
import type { State } from "../state.ts";
import { derivedKey } from "../state/derived_key.ts";
import type { Tool, ToolContext } from "../tools/define_tool.ts";
import type { RequestContext } from "./handlers.ts";
import { joinSignals } from "../joined_signal.ts";

export async function toolContext(
  state: State,
  tool: Tool,
  context: RequestContext,
): Promise<ToolContext> {
  const { caller, progress, base } = context;
  let signal: AbortSignal | undefined;
  return {
    caller,
    dao: await state.metadata.dao(),
    data: state.data,
    command: (command, input) => state.commands.run(command, caller, input),
    queries: state.queries,
    config: state.config,
    now: state.now,
    startedAt: state.startedAt,
    mayRead: (kind, access) =>
      isAllowed(caller, { kind, access, action: "read" }, state.config.auth),
    writing: (kind, access) =>
      writeLeave(caller, { kind, access }, {
        ...state.config.auth,
        readOnly: state.config.tools.readOnly,
      }),
    // Made only where a tool looks at them.
    get links() {
      return base === undefined ? null : { base, key: linkKey(state) };
    },
    get signal() {
      return signal ??= endOf(tool, context);
    },
    progress,
  };
}

/** @throws ServiceError permission_denied */
export function permissionDenied(tool: Tool): ServiceError {
  return new ServiceError("permission_denied", `You may not use ${tool.name}.`, {
    hint: "Use the tools in tools/list; an administrator of Superset can grant more.",
  });
}

/**
 * A client that hangs up has not cancelled (2025-11-25, "Sending Messages to the Server"), so what
 * changes something goes on; what reads or runs a query has nobody left to do it for, and ends.
 */
function endOf(tool: Tool, { signal, gone }: RequestContext): AbortSignal {
  const asks = tool.action === "read" || tool.action === "execute";
  return asks && gone ? joinSignals([signal, gone]) : signal;
}

/** One for each state, since it is random where there is no secret. */
const linkKeys = new WeakMap<State, Uint8Array>();

function linkKey(state: State): Uint8Array {
  const key = linkKeys.get(state) ?? derivedKey(state.config, "links to rows");
  linkKeys.set(state, key);
  return key;
}
