/**
 * Superset's formal times: `DATETIME('…')`, `DATEADD(time, n, unit)`, `DATETRUNC(time, unit)`,
 * `LASTDAY(time, unit)`, with `DATEDIFF(time, time[, unit])` for a number, nested in any depth up
 * to a limit.
 */
import { addUnits, lastDay, type TimeUnit, timeUnit, truncate } from "./calendar.ts";
import { humanTime } from "./human_time.ts";
import { timeFault } from "./time_fault.ts";

const DEEPEST = 20;
const DAY = 86_400_000;

const CALL = /^\s*(datetime|dateadd|datetrunc|lastday|holiday|datediff)\s*\(/i;
const TOKEN = /\s*(?:([A-Za-z]+)|([+-]?\d{1,9})|('[^']*'|"[^"]*")|([(),]))/y;

/** Whether the text is a call of one of these functions, rather than words. */
export function isTimeExpression(text: string): boolean {
  return CALL.test(text);
}

/** @throws ServiceError `invalid_argument` where it does not parse, or a time in it can't be read */
export function evaluateTime(text: string, now: Date): Date {
  const reader = new Reader(text, now);
  const moment = reader.moment(0);
  reader.end();
  return moment;
}

class Reader {
  readonly #text: string;
  readonly #now: Date;
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string, now: Date) {
    this.#text = text;
    this.#now = now;
    this.#tokens = this.#split(text);
  }

  moment(depth: number): Date {
    if (depth > DEEPEST) throw this.#fault("it is nested too deeply");
    const name = this.#next()?.toLowerCase();
    if (name === "holiday") throw this.#fault("HOLIDAY is not known here; write the date");
    this.#expect("(");
    const moment = this.#call(name, depth);
    this.#accept(",");
    this.#expect(")");
    return moment;
  }

  end(): void {
    const rest = this.#next();
    if (rest !== undefined) throw this.#fault(`'${rest}' stands after its end`);
  }

  #call(name: string | undefined, depth: number): Date {
    if (name === "datetime") return humanTime(this.#quoted(), this.#now);
    if (name !== "dateadd" && name !== "datetrunc" && name !== "lastday") {
      throw this.#fault(`'${name ?? ""}' is none of DATETIME, DATEADD, DATETRUNC, LASTDAY`);
    }
    const moment = this.moment(depth + 1);
    this.#expect(",");
    if (name !== "dateadd") {
      const unit = this.#unit();
      return name === "lastday" ? lastDay(moment, unit) : truncate(moment, unit);
    }
    const count = this.#count(depth);
    this.#expect(",");
    const added = addUnits(moment, count, this.#unit());
    if (Number.isNaN(added.getTime())) throw this.#fault("it is outside the calendar");
    return added;
  }

  #count(depth: number): number {
    const token = this.#next() ?? "";
    if (/^[+-]?\d+$/.test(token)) return Number(token);
    if (token.toLowerCase() !== "datediff") throw this.#fault(`'${token}' is no number`);
    this.#expect("(");
    const from = this.moment(depth + 1);
    this.#expect(",");
    const to = this.moment(depth + 1);
    const unit = this.#accept(",") && this.#peek() !== ")" ? this.#unit() : "day";
    this.#accept(",");
    this.#expect(")");
    if (unit === "year") return to.getUTCFullYear() - from.getUTCFullYear();
    if (unit === "day") return Math.floor((to.getTime() - from.getTime()) / DAY);
    throw this.#fault("DATEDIFF counts in day or year");
  }

  #unit(): TimeUnit {
    const token = this.#next() ?? "";
    const unit = timeUnit(token);
    if (unit === null || unit !== token.toLowerCase()) {
      throw this.#fault(
        `'${token}' is no unit; units are second, minute, hour, day, week, month, quarter, year`,
      );
    }
    return unit;
  }

  #quoted(): string {
    const token = this.#next() ?? "";
    if (!/^['"]/.test(token)) throw this.#fault("DATETIME takes a time in quotes");
    return token.slice(1, -1);
  }

  #expect(token: string): void {
    if (!this.#accept(token)) {
      throw this.#fault(`'${token}' is missing before '${this.#peek() ?? ""}'`);
    }
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#position++;
    return true;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #next(): string | undefined {
    return this.#tokens[this.#position++];
  }

  #split(text: string): readonly string[] {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    while (text.slice(TOKEN.lastIndex).trim() !== "") {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match === null) throw this.#fault(`it can't be read from '${text.slice(at).trim()}' on`);
      tokens.push(match[0].trim());
    }
    return tokens;
  }

  #fault(reason: string): Error {
    return timeFault(this.#text, reason);
  }
}
