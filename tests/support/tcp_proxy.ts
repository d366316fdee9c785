/** A network between two programs that a test can cut: a proxy on loopback. */

export interface TcpProxy {
  readonly port: number;
  /** Ends all connections that go through it. */
  cut(): void;
  /** From now on nothing goes through, and nobody is told; or again, where `false`. */
  freeze(frozen?: boolean): void;
  close(): Promise<void>;
}

/** @param address `host:port` of the program behind it */
export function startProxy(address: string): TcpProxy {
  const target = new URL(`tcp://${address}`);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const works = new Set<Promise<void>>();
  let thaw = Promise.withResolvers<void>();
  thaw.resolve();
  const cut = () => {
    for (const connection of open) close(connection);
    open.clear();
  };

  async function pump(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const size = await from.read(buffer);
        await thaw.promise;
        if (size === null) break;
        for (let at = 0; at < size;) at += await to.write(buffer.subarray(at, size));
      }
    } catch {
      // One of them is gone; so must the other be.
    }
    for (const connection of [from, to]) {
      open.delete(connection);
      close(connection);
    }
  }

  async function join(client: Deno.Conn): Promise<void> {
    open.add(client);
    try {
      const server = await Deno.connect({
        hostname: target.hostname,
        port: Number(target.port),
      });
      open.add(server);
      await Promise.all([pump(client, server), pump(server, client)]);
    } catch {
      close(client);
    }
  }

  const accepting = (async () => {
    for await (const client of listener) {
      const work = join(client).finally(() => works.delete(work));
      works.add(work);
    }
  })();

  return {
    port: (listener.addr as Deno.NetAddr).port,
    cut,
    freeze(frozen = true) {
      thaw.resolve();
      if (frozen) thaw = Promise.withResolvers();
    },
    async close() {
      thaw.resolve();
      listener.close();
      cut();
      await accepting;
      await Promise.all(works);
    },
  };
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It was closed already.
  }
}
