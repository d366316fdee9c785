/** Certificates of a test's own, made by openssl: an authority, and what it signed. */
import { isInstalled, run } from "./programs.ts";

/** Why there are none; null where they can be made. */
export const certificatesMissing: string | null = isInstalled("openssl")
  ? null
  : "the program openssl is not installed";

export interface Authority {
  /** The path of its certificate. */
  readonly file: string;
  /** PEM texts of a server's certificate for a host name or address. */
  sign(host: string): Promise<{ readonly certificate: string; readonly key: string }>;
}

/** @param folder where the files go */
export async function makeAuthority(folder: string, name: string): Promise<Authority> {
  const path = `${folder}/${name}`;
  const newKey = (file: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${file}.key`];
  await run(
    ...["openssl", "req", "-x509", "-days", "2", "-subj", `/CN=${name}`] as const,
    ...newKey(path),
    ...["-out", `${path}.crt`, "-addext", "basicConstraints=critical,CA:TRUE"],
  );
  return {
    file: `${path}.crt`,
    async sign(host) {
      const server = `${path}-${host}`;
      const kind = /^[\d.]+$/.test(host) ? "IP" : "DNS";
      await Deno.writeTextFile(`${server}.ext`, `subjectAltName=${kind}:${host}`);
      await run(
        ...["openssl", "req", "-subj", `/CN=${host}`, "-out", `${server}.csr`] as const,
        ...newKey(server),
      );
      await run(
        ...["openssl", "x509", "-req", "-days", "2", "-in", `${server}.csr`] as const,
        ...["-CA", `${path}.crt`, "-CAkey", `${path}.key`, "-CAcreateserial"],
        ...["-extfile", `${server}.ext`, "-out", `${server}.crt`],
      );
      return {
        certificate: await Deno.readTextFile(`${server}.crt`),
        key: await Deno.readTextFile(`${server}.key`),
      };
    },
  };
}
