import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { connect, createServer, type Socket } from "node:net";
import { pausable } from "../../../../src/drivers/analytics/pausable.ts";

const BYTES = 8 * 1024 * 1024;

/** Bytes of which each tells its place, as far as a byte can. */
function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32BE(at, at);
  return bytes;
}

/** A client of a server that sends all of them at once. */
async function reading(use: (socket: Socket, sent: Buffer) => Promise<void>): Promise<void> {
  const sent = numbered(BYTES);
  const server = createServer((socket) => socket.on("error", () => {}).end(sent));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const socket = pausable(connect(port, "127.0.0.1"));
  try {
    await use(socket, sent);
  } finally {
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

Deno.test("a socket that is paused and resumed all the time gives every byte once, in order", async () => {
  await reading(async (socket, sent) => {
    const got: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => {
      got.push(Buffer.from(chunk));
      socket.pause();
      if (got.length % 3 === 0) queueMicrotask(() => socket.resume());
      else setTimeout(() => socket.resume(), got.length % 2);
    });
    await new Promise((resolve) => socket.once("end", resolve));
    assert.equal(Buffer.compare(Buffer.concat(got), sent), 0);
  });
});

Deno.test("a socket that stays paused takes little from the server", async () => {
  await reading(async (socket) => {
    let bytes = 0;
    await new Promise<void>((resolve) => {
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        socket.pause();
        resolve();
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const taken = bytes + socket.readableLength;
    assert.ok(taken < BYTES / 8, `${taken} bytes were taken`);
  });
});
