/**
 * A socket to a PostgreSQL server, encrypted as asked before the driver sees it, so that what
 * comes in can be counted and the same way be taken again to cancel a statement.
 */
import { Buffer } from "node:buffer";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { PostgresqlTarget } from "../../postgresql/connection_options.ts";

/** PostgreSQL's frontend/backend protocol 3.0, "SSLRequest" and "CancelRequest". */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const CANCEL_CODE = 80877102;
const CANCEL_TIMEOUT_MS = 2000;

/** @throws Error with a system code, `CONNECT_TIMEOUT`, or one of TLS */
export async function openSocket(target: PostgresqlTarget, address: string): Promise<Socket> {
  const socket = connect({ host: address, port: target.port, noDelay: true, keepAlive: true });
  const giveUp = setTimeout(() => {
    const late = new Error(`no answer within ${target.connectTimeoutSeconds} s`);
    socket.destroy(Object.assign(late, { code: "CONNECT_TIMEOUT" }));
  }, target.connectTimeoutSeconds * 1000);
  try {
    await happens(socket, "connect");
    return target.ssl === false ? socket : await encrypt(socket, target);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(giveUp);
  }
}

async function encrypt(socket: Socket, target: PostgresqlTarget): Promise<Socket> {
  socket.write(SSL_REQUEST);
  const [answer] = await happens(socket, "data") as [Uint8Array];
  // More than the one letter was put in by someone on the way (CVE-2021-23222).
  const letter = answer.length === 1 ? String.fromCharCode(answer[0]!) : "";
  if (letter === "N" && target.ssl === "prefer") return socket;
  if (letter !== "S") throw new Error("the server does not offer TLS");
  const secured = connectTls({
    socket,
    host: target.host,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    ...(typeof target.ssl === "object" ? target.ssl : { rejectUnauthorized: false }),
  });
  await happens(secured, "secureConnect");
  return secured;
}

/** Waits for an event; an error or the end of the socket comes first only to reject. */
function happens(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      socket.off(event, arrived).off("error", failed).off("close", closed);
      settle();
    };
    const arrived = (...values: unknown[]) => done(() => resolve(values));
    const failed = (error: Error) => done(() => reject(error));
    const closed = () => done(() => reject(new Error("the server closed the connection")));
    socket.once(event, arrived).once("error", failed).once("close", closed);
  });
}

/**
 * Asks the server to end what a connection runs; over in a few seconds, whatever comes of it.
 * @param backend the process and the secret that the server gave to that connection
 */
export async function cancelRequest(
  target: PostgresqlTarget,
  address: string,
  backend: { readonly pid: number; readonly secret: number },
): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_CODE, 4);
  message.writeUInt32BE(backend.pid, 8);
  message.writeUInt32BE(backend.secret, 12);
  try {
    const quick = { ...target, connectTimeoutSeconds: CANCEL_TIMEOUT_MS / 1000 };
    const socket = await openSocket(quick, address);
    const giveUp = setTimeout(() => socket.destroy(), CANCEL_TIMEOUT_MS);
    // The server closes once it has passed the request on.
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => socket.destroy());
    socket.resume();
    socket.write(message);
    await closed;
    clearTimeout(giveUp);
  } catch {
    // Nothing more can be done; the statement's own timeout ends it.
  }
}
