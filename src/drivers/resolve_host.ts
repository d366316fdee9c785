/** From a server's name to the one address to connect to, checked by the address guard. */
import { lookup } from "node:dns/promises";
import { unavailable } from "../errors.ts";
import type { AddressGuard } from "./address_guard.ts";

/** Names resolve anew for each connection, so that what was checked is what is connected to. */
export type ResolveHost = (host: string) => Promise<string>;

/**
 * @returns a function that gives a host's first address that the guard lets through
 * @throws ServiceError `unavailable` from that function when there is none; the reason is its cause
 */
export function hostResolver(guard: AddressGuard): ResolveHost {
  return async (host) => {
    const refusal = guard.refusal(host);
    if (refusal !== null) throw refused(refusal);
    const addresses = await lookup(host, { all: true });
    const refusals = addresses.map(({ address }) => guard.refusal(host, address));
    const allowed = addresses.findIndex((_, at) => refusals[at] === null);
    if (allowed < 0) throw refused(refusals[0] ?? `${host} has no address`);
    return addresses[allowed]!.address;
  };
}

function refused(reason: string) {
  return unavailable("The database server may not be connected to.", { cause: new Error(reason) });
}
