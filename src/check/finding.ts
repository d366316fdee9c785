/** What a check found, and its one line. */

export interface Finding {
  readonly level: "ok" | "warn" | "fault";
  readonly what: string;
  /** What to do about it. */
  readonly advice?: string;
}

export function ok(what: string): Finding {
  return { level: "ok", what };
}

export function warn(what: string, advice?: string): Finding {
  return { level: "warn", what, advice };
}

export function fault(what: string, advice?: string): Finding {
  return { level: "fault", what, advice };
}

export function printed({ level, what, advice }: Finding): string {
  const line = `${level.padEnd(5)}  ${what}${advice === undefined ? "" : ` → ${advice}`}`;
  return line.replace(/\s*\n\s*/g, " ");
}
