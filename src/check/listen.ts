/** @throws Deno.errors.AddrInUse, or whatever keeps this process from listening there */
export function tryListen(hostname: string, port: number): void {
  // Without reusePort, so that another process of this service is noticed too.
  Deno.listen({ hostname, port }).close();
}
