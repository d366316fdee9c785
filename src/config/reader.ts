/**
 * Reads settings one by one as the kinds they are, and goes on after a fault, so that an operator is
 * told of all of them at once. A faulty setting reads as its default and counts as broken.
 */
import { Secret } from "./secret.ts";
import { type SettingName, settingNamed } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one setting, and what would be right. */
export interface Problem {
  readonly name: string;
  readonly text: string;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export class SettingReader {
  readonly problems: Problem[] = [];
  readonly #env: Environment;
  readonly #readFile: (path: string) => string;
  readonly #values = new Map<SettingName, string | null>();
  readonly #broken = new Set<SettingName>();

  constructor(env: Environment, readFile: (path: string) => string) {
    this.#env = env;
    this.#readFile = readFile;
  }

  /** Tells a fault; the setting counts as broken from here on. */
  refuse(name: SettingName, text: string): void {
    this.#broken.add(name);
    this.problems.push({ name, text });
  }

  /** True where a contradiction with one of these would only repeat a fault already told. */
  isBroken(...names: readonly SettingName[]): boolean {
    return names.some((name) => this.#broken.has(name));
  }

  isSet(name: SettingName): boolean {
    return this.#raw(name) !== null;
  }

  text(name: SettingName): string | null {
    return this.#raw(name)?.trim() ?? null;
  }

  secret(name: SettingName): Secret | null {
    const value = this.#raw(name);
    return value === null ? null : new Secret(value);
  }

  flag(name: SettingName, fallback: boolean): boolean {
    const value = this.text(name);
    if (value === null) return fallback;
    if (/^(true|1|yes)$/i.test(value)) return true;
    if (/^(false|0|no)$/i.test(value)) return false;
    this.refuse(
      name,
      `${shown(value)} is neither true nor false; valid: true, false, 1, 0, yes, no`,
    );
    return fallback;
  }

  whole(name: SettingName, { min, max }: Range, fallback: number): number {
    const value = this.text(name);
    if (value === null) return fallback;
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    this.refuse(
      name,
      `${shown(value)} can't be used; valid: a whole number from ${min} to ${max}`,
    );
    return fallback;
  }

  choice<T extends string>(name: SettingName, valid: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === null) return fallback;
    const found = valid.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    this.refuse(name, `${shown(value)} is unknown; valid: ${valid.join(", ")}`);
    return fallback;
  }

  /** Comma-separated items, each of which `check` may refuse by saying what is valid. */
  list(
    name: SettingName,
    fallback: readonly string[],
    check: (item: string) => string | null = () => null,
  ): readonly string[] {
    const value = this.text(name);
    if (value === null) return fallback;
    const items = value.split(",").map((item) => item.trim());
    for (const item of items) {
      const fault = item === "" ? "a name between the commas" : check(item);
      if (fault === null) continue;
      this.refuse(name, `${shown(item)} in the list is not valid; valid: ${fault}`);
      return fallback;
    }
    return [...new Set(items)];
  }

  /** A JSON object; empty where it is not set. `valid` says what would be right. */
  object(name: SettingName, valid: string): Readonly<Record<string, unknown>> {
    const value = this.text(name);
    if (value === null) return {};
    const given = parsed(value);
    if (typeof given === "object" && given !== null && !Array.isArray(given)) {
      return given as Readonly<Record<string, unknown>>;
    }
    this.refuse(name, `${shown(value)} can't be used; valid: ${valid}`);
    return {};
  }

  /** An absolute URL without credentials, query and fragment. */
  url(name: SettingName, protocols: readonly string[]): URL | null {
    const value = this.text(name);
    if (value === null) return null;
    const valid = `${protocols.map((protocol) => `${protocol}//host[:port][/path]`).join(" or ")}`;
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url?.username || url?.password) {
      this.refuse(name, `holds a user or a password (not shown); valid: ${valid}, without them`);
      return null;
    }
    if (url && protocols.includes(url.protocol) && url.hostname && !url.search && !url.hash) {
      return url;
    }
    this.refuse(name, `${shown(value)} can't be used; valid: ${valid}`);
    return null;
  }

  #raw(name: SettingName): string | null {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    // Before it is read, so that a fault is told once however often the setting is asked for.
    this.#values.set(name, null);
    const value = this.#read(name);
    this.#values.set(name, value);
    return value;
  }

  #read(name: SettingName): string | null {
    const setting = settingNamed(name);
    const direct = this.#env[name];
    const path = setting.file ? this.#env[`${name}_FILE`] : undefined;
    if (direct !== undefined && path !== undefined) {
      this.refuse(name, `is set, and ${name}_FILE too; valid: one of the two`);
      return null;
    }
    const value = path === undefined ? direct : this.#readSecretFile(name, path);
    if (value === undefined) return null;
    if (value.trim() !== "") return value;
    this.refuse(
      name,
      `is empty; valid: a value, or not set at all (default: ${setting.default || "none"})`,
    );
    return null;
  }

  #readSecretFile(name: SettingName, path: string): string | undefined {
    try {
      // Editors and `echo` end a file with a line break that is no part of the secret.
      return this.#readFile(path).replace(/\r?\n$/, "");
    } catch (error) {
      const why = error instanceof Error ? error.name : "unreadable";
      this.refuse(
        name,
        `can't be read from the file that ${name}_FILE names, ${shown(path)} (${why})`,
      );
      return undefined;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value for a message: quoted, without control characters, cut where it is long. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
