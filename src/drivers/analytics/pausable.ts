/**
 * Sockets that can be held back without loss. In Deno 2.7, which executables may be made with,
 * `pause` of node:net takes back the read that is on its way only in name: `resume` starts a second
 * one into the same buffer, and bytes are lost. A stream's own `pause` leaves the read alone: what it
 * brings is kept, and no further one begins until the stream is read from.
 */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** @returns the same socket, whoever pauses it */
export function pausable<T extends Socket>(socket: T): T {
  socket.pause = () => Duplex.prototype.pause.call(socket) as T;
  socket.resume = () => Duplex.prototype.resume.call(socket) as T;
  return socket;
}
