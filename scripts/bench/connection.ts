/**
 * A client's side of one HTTP/1.1 connection that stays open, written for load: it shares the machine
 * with what it measures, and a `fetch` costs more than many an answer. It reads answers that say
 * their length, and those in chunks (RFC 9112, 7.1), as late ones come.
 */

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a request, made once and sent often. */
export function requestBytes(host: string, request: HttpRequest): Uint8Array {
  const body = request.body ?? "";
  const headers: Record<string, string> = { host, ...request.headers };
  if (request.method === "POST") headers["content-length"] = `${encoder.encode(body).length}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return encoder.encode(
    `${request.method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`,
  );
}

export class Connection {
  readonly #socket: Deno.TcpConn;
  #bytes = new Uint8Array(64 * 1024);
  #filled = 0;

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** @throws Deno.errors.ConnectionRefused where nobody listens */
  static async open(hostname: string, port: number): Promise<Connection> {
    const socket = await Deno.connect({ hostname, port });
    socket.setNoDelay(true);
    return new Connection(socket);
  }

  /**
   * Sends a request and waits for its answer.
   * @throws Error when the connection ends first
   */
  async send(request: Uint8Array): Promise<HttpAnswer> {
    for (let sent = 0; sent < request.length;) {
      sent += await this.#socket.write(request.subarray(sent));
    }
    this.#filled = 0;
    let end: number;
    while ((end = endOfHead(this.#bytes, this.#filled)) < 0) await this.#readMore();
    const head = decoder.decode(this.#bytes.subarray(0, end));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    return {
      status: Number(head.slice(9, 12)),
      body: length === undefined ? await this.#chunks(end) : await this.#text(end, Number(length)),
    };
  }

  close(): void {
    try {
      this.#socket.close();
    } catch {
      // It was closed before.
    }
  }

  async #text(from: number, length: number): Promise<string> {
    while (this.#filled < from + length) await this.#readMore();
    return decoder.decode(this.#bytes.subarray(from, from + length));
  }

  async #chunks(from: number): Promise<string> {
    const pieces = new TextDecoder();
    let text = "";
    for (let at = from;;) {
      let line: number;
      while ((line = this.#bytes.subarray(0, this.#filled).indexOf(13, at)) < 0) {
        await this.#readMore();
      }
      const size = parseInt(decoder.decode(this.#bytes.subarray(at, line)), 16);
      const [begin, end] = [line + 2, line + 2 + size];
      while (this.#filled < end + 2) await this.#readMore();
      if (size === 0) return text + pieces.decode();
      text += pieces.decode(this.#bytes.subarray(begin, end), { stream: true });
      at = end + 2;
    }
  }

  async #readMore(): Promise<void> {
    if (this.#filled === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const read = await this.#socket.read(this.#bytes.subarray(this.#filled));
    if (read === null) throw new Error("The connection ended before the answer did.");
    this.#filled += read;
  }
}

/** Where the body begins; -1 while the empty line has not come. */
function endOfHead(bytes: Uint8Array, filled: number): number {
  for (let at = bytes.indexOf(13); at >= 0 && at + 3 < filled; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
  }
  return -1;
}
