/**
 * The log: facts as lines of JSON, or as text for people, through LogTape. Lines hold the fields of
 * `log_line.ts` and no others.
 */
import { configureSync, getLogger, type LogLevel, type LogRecord } from "@logtape/logtape";
import type { Config } from "../config.ts";
import { type ByteOutput, LineWriter } from "./line_writer.ts";
import { type Level, logLine } from "./log_line.ts";
import type { Observer } from "./observation.ts";

export interface Log {
  readonly write: Observer;
  /** Resolves when every line is out. */
  flush(): Promise<void>;
}

const CATEGORY = "superset-mcp";
const LOGTAPE_LEVELS: Readonly<Record<Level, LogLevel>> = {
  debug: "debug",
  info: "info",
  warn: "warning",
  error: "error",
};

/**
 * Makes the process's log. LogTape's configuration is one for a process, so the log that is made
 * last is the one that writes.
 *
 * @param output where the lines go: stdout, or stderr where stdout belongs to the protocol
 * @param now milliseconds since 1970
 */
export function makeLog(config: Config["log"], output: ByteOutput, now = Date.now): Log {
  const writer = new LineWriter(output);
  const format = config.format === "json" ? jsonLine : textLine;
  configureSync({
    reset: true,
    sinks: { lines: (record) => writer.write(format(record)) },
    loggers: [
      { category: CATEGORY, lowestLevel: LOGTAPE_LEVELS[config.level], sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
  const logger = getLogger(CATEGORY);
  return {
    write: (fact) => {
      const line = logLine(fact);
      if (line === null) return;
      // A record as it is: a message that LogTape is given it reads as a template, of every line.
      logger.emit({
        level: LOGTAPE_LEVELS[line.level],
        message: [line.message],
        rawMessage: line.message,
        timestamp: now(),
        properties: line.fields,
      });
    },
    flush: () => writer.flush(),
  };
}

function jsonLine(record: LogRecord): string {
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: levelName(record),
    message: String(record.rawMessage),
    ...record.properties,
  });
}

function textLine(record: LogRecord): string {
  const time = new Date(record.timestamp).toISOString().slice(11, 23);
  const fields = Object.entries(record.properties)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${plain(value)}`);
  const head = `${time} ${levelName(record).toUpperCase().padEnd(5)} ${plain(record.rawMessage)}`;
  return [head, ...fields].join(" ");
}

/** As it is where that is safe on a terminal and can't be taken for another line; else as JSON. */
function plain(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u.test(text) ? text : JSON.stringify(text);
}

function levelName(record: LogRecord): string {
  return record.level === "warning" ? "warn" : record.level;
}
