/**
 * The same handlers over stdin and stdout, for one person on their own machine. Both eras, told apart
 * by the SDK. Nothing but protocol may reach stdout.
 */
import type { Implementation } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { AuthRefusal } from "../auth/authenticate.ts";
import type { Caller } from "../auth/caller.ts";
import { ServiceError } from "../errors.ts";
import type { Observer } from "../observe/observation.ts";
import { traceIdOf } from "../observe/trace.ts";
import { createMemoryBus } from "./bus.ts";
import { principalOf } from "./exchange.ts";
import { faultReporter } from "./fault.ts";
import type { McpHandlers } from "./handlers.ts";
import { prepareServer } from "./server.ts";
import { createSessionNotices } from "./session_notices.ts";
import { LineTransport } from "./stdio_transport.ts";

export interface StdioOptions {
  readonly handlers: McpHandlers;
  readonly info: Implementation;
  /**
   * Who asks. Called for every request, because a connection may outlive a role.
   * @throws AuthRefusal when the person may not go on
   */
  readonly caller: () => Promise<Caller>;
  readonly observe: Observer;
  readonly input?: ReadableStream<Uint8Array>;
  readonly output?: WritableStream<Uint8Array>;
}

export interface StdioConnection {
  /** Resolves when the client has gone and everything it asked is answered. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** @throws AuthRefusal when the person may not connect at all */
export async function serveMcpStdio(options: StdioOptions): Promise<StdioConnection> {
  const { handlers, info, observe, input = Deno.stdin.readable, output = Deno.stdout.writable } =
    options;
  const report = faultReporter(observe);
  const caller = await options.caller();
  const makeServer = prepareServer({
    handlers,
    info,
    key: crypto.getRandomValues(new Uint8Array(32)),
    notices: createSessionNotices(createMemoryBus(), "stdio"),
    report,
  });
  const exchange = {
    caller,
    principal: principalOf(caller),
    renewCaller: () => renew(options.caller),
    get traceId() {
      return traceIdOf(null);
    },
  };

  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const giveStdoutBack = keepStdoutForProtocol();
  const onEnd = () => {
    giveStdoutBack();
    resolve();
  };
  const transport = new LineTransport({ input, output, onEnd });
  const connection = serveStdio(() => makeServer(exchange), { transport, onerror: report });
  return { closed, close: () => connection.close() };
}

/** There is no 401 on a pipe: someone who was switched off meanwhile reads it in the answer. */
async function renew(caller: () => Promise<Caller>): Promise<Caller> {
  try {
    return await caller();
  } catch (error) {
    if (error instanceof AuthRefusal) {
      throw new ServiceError("permission_denied", error.description);
    }
    throw error;
  }
}

/** A stray `console.log` of any module would break the client's parser: it goes to stderr. */
function keepStdoutForProtocol(): () => void {
  const { log, info, debug } = console;
  console.log = console.info = console.debug = console.error;
  return () => void Object.assign(console, { log, info, debug });
}
