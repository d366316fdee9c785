/**
 * The log: facts as lines of JSON, or as text for people. Lines hold the fields of `log_line.ts` and
 * no others.
 */
import type { Config } from "../config.ts";
import { type ByteOutput, LineWriter } from "./line_writer.ts";
import { type Level, type LogLine, logLine } from "./log_line.ts";
import type { Observer } from "./observation.ts";

export interface Log {
  readonly write: Observer;
  /** Resolves when every line is out. */
  flush(): Promise<void>;
}

/** From the most talkative on. */
const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];

/**
 * @param output where the lines go: stdout, or stderr where stdout belongs to the protocol
 * @param now milliseconds since 1970
 */
export function makeLog(config: Config["log"], output: ByteOutput, now = Date.now): Log {
  const writer = new LineWriter(output);
  const format = config.format === "json" ? jsonLine : textLine;
  const told = new Set(LEVELS.slice(LEVELS.indexOf(config.level)));
  return {
    write: (fact) => {
      const line = logLine(fact);
      if (line && told.has(line.level)) writer.write(format(line, new Date(now()).toISOString()));
    },
    flush: () => writer.flush(),
  };
}

function jsonLine({ level, message, fields }: LogLine, time: string): string {
  return JSON.stringify({ time, level, message, ...fields });
}

function textLine({ level, message, fields }: LogLine, time: string): string {
  const named = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${plain(value)}`);
  return [`${time.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${plain(message)}`, ...named]
    .join(" ");
}

/** As it is where that is safe on a terminal and can't be taken for another line; else as JSON. */
function plain(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u.test(text) ? text : JSON.stringify(text);
}
