/**
 * Puts `McpHandlers` onto the SDK's low-level `Server`. What all requests share (capabilities,
 * instructions, cache hints, checks of parameters) is prepared once; an instance costs a few
 * microseconds, so that every request gets its own and none can see another's caller.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type Implementation,
  ProtocolError as SdkProtocolError,
  type Result,
  Server,
  type ServerCapabilities,
  type ServerContext,
  type ServerOptions,
  type StandardSchemaV1,
} from "@modelcontextprotocol/server";
import type { Caller } from "../auth/caller.ts";
import type { Dialogue, McpHandlers, RequestContext } from "./handlers.ts";
import { type Exchange, traceIdOf } from "./exchange.ts";
import { progressOf, saidToRun } from "./progress.ts";
import { asProtocolError, type ReportFault } from "./protocol_error.ts";
import type { SessionNotices } from "./session_notices.ts";
import {
  callToolParams,
  completeParams,
  getPromptParams,
  levelParams,
  listParams,
  passesLevel,
  uriParams,
} from "./params.ts";

export interface ServerParts {
  readonly handlers: McpHandlers;
  /** The service's name and version, as clients show them. */
  readonly info: Implementation;
  /** At least 32 bytes; seals what travels through clients. */
  readonly key: Uint8Array;
  readonly notices: SessionNotices;
  readonly report: ReportFault;
}

/** Makes the server of one exchange. */
export type MakeServer = (exchange: Exchange) => Server;

/** What one may list follows from one's roles, so nobody else may be given the answer. */
const LIST = { ttlMs: 30_000, cacheScope: "private" } as const;
const READ = { ttlMs: 0, cacheScope: "private" } as const;

const CACHE_HINTS: ServerOptions["cacheHints"] = {
  "server/discover": LIST,
  "tools/list": LIST,
  "prompts/list": LIST,
  "resources/list": LIST,
  "resources/templates/list": LIST,
  "resources/read": READ,
};

export function prepareServer(parts: ServerParts): MakeServer {
  const { handlers, info, notices, report } = parts;
  const seals = createRequestStateCodec<{ principal: string; value: unknown }>({ key: parts.key });
  const options: ServerOptions = {
    capabilities: capabilitiesOf(handlers),
    instructions: handlers.instructions(),
    cacheHints: CACHE_HINTS,
  };

  return (exchange) => {
    const server = new Server(info, {
      ...options,
      ...(handlers.interactive ? { requestState: { verify: unseal(exchange) } } : {}),
    });

    const on = <Params>(
      method: string,
      params: StandardSchemaV1<unknown, Params>,
      handle: (params: Params, context: RequestContext) => Promise<Result>,
    ) =>
      server.setRequestHandler(method, { params }, async (value, context) => {
        try {
          const caller = exchange.renewCaller ? await exchange.renewCaller() : exchange.caller;
          return await handle(value, contextOf(exchange, caller, context));
        } catch (thrown) {
          throw asSdkError(thrown, report);
        }
      });

    on("tools/list", listParams, (p, c) => handlers.listTools(p.cursor, c));
    on(
      "tools/call",
      callToolParams,
      (p, c) => saidToRun(c.progress, () => handlers.callTool(p.name, p.arguments, c)),
    );
    on("resources/list", listParams, (p, c) => handlers.listResources(p.cursor, c));
    on(
      "resources/templates/list",
      listParams,
      (p, c) => handlers.listResourceTemplates(p.cursor, c),
    );
    on("resources/read", uriParams, (p, c) => handlers.readResource(p.uri, c));
    on("prompts/list", listParams, (p, c) => handlers.listPrompts(p.cursor, c));
    on("prompts/get", getPromptParams, (p, c) => handlers.getPrompt(p.name, p.arguments, c));
    on("completion/complete", completeParams, (p, c) => handlers.complete(p, c));
    if (!handlers.interactive) return server;

    const session = () => notices.of(exchange.session);
    on("logging/setLevel", levelParams, (p) => done(session().setLevel(p.level)));
    on("resources/subscribe", uriParams, (p) => done(session().subscribe(p.uri)));
    on("resources/unsubscribe", uriParams, (p) => done(session().unsubscribe(p.uri)));
    return server;
  };

  function contextOf(exchange: Exchange, caller: Caller, context: ServerContext): RequestContext {
    const { mcpReq } = context;
    let signal: AbortSignal | undefined;
    return {
      caller,
      toolSearch: exchange.toolSearch,
      traceId: traceIdOf(mcpReq._meta, exchange.traceId),
      // Joining two signals costs more than the rest of this: only for the handler that looks.
      get signal() {
        return signal ??= exchange.signal
          ? AbortSignal.any([exchange.signal, mcpReq.signal])
          : mcpReq.signal;
      },
      get gone() {
        return exchange.gone;
      },
      base: exchange.base,
      progress: progressOf(context, report),
      ...(handlers.interactive ? { dialogue: dialogueOf(exchange, context) } : {}),
    };
  }

  function dialogueOf(exchange: Exchange, { mcpReq }: ServerContext): Dialogue {
    // The SDK has checked the envelope; its type does not name what is in it.
    const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
    const declared = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
    return {
      capabilities: declared ?? exchange.session?.capabilities,
      responses: mcpReq.inputResponses,
      state: mcpReq.requestState(),
      sealState: (value) => seals.mint({ principal: exchange.principal, value }),
      async log(level, data, logger) {
        if (!passesLevel(level, notices.levelOf(exchange.session))) return;
        await mcpReq.log(level, data, logger);
      },
      announce: notices.announce,
    };
  }

  function unseal(exchange: Exchange) {
    return async (state: string, context: ServerContext): Promise<unknown> => {
      const sealed = await seals.verify(state, context);
      if (sealed.principal !== exchange.principal) throw new Error("sealed for someone else");
      return sealed.value;
    };
  }
}

/** The SDK's own errors come from what a handler asked of the client, and go on as they are. */
function asSdkError(thrown: unknown, report: ReportFault): SdkProtocolError {
  if (thrown instanceof SdkProtocolError) return thrown;
  const { code, message, data } = asProtocolError(thrown, report);
  return SdkProtocolError.fromError(code, message, data);
}

function capabilitiesOf(handlers: McpHandlers): ServerCapabilities {
  const always = { completions: {} };
  if (!handlers.interactive) return { ...always, tools: {}, resources: {}, prompts: {} };
  return {
    ...always,
    logging: {},
    tools: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    prompts: { listChanged: true },
  };
}

function done(_: void): Promise<Result> {
  return Promise.resolve({});
}
