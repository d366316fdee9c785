/** How an operation is declared: its name, the options it takes, what it makes of a table. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Table } from "./table.ts";

export interface Operation {
  readonly name: string;
  /** @throws ServiceError `invalid_argument` naming the operation and the option that is wrong */
  apply(table: Table, options: unknown): Table;
}

export function defineOperation<Options extends z.ZodType>(
  name: string,
  options: Options,
  run: (table: Table, options: z.output<Options>) => Table,
): Operation {
  return {
    name,
    apply(table, given) {
      const parsed = options.safeParse(given);
      if (!parsed.success) throw wrongOption(name, parsed.error.issues[0]);
      return run(table, parsed.data);
    },
  };
}

/** Names as a list; a lone one may stand without it. */
export const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/** Source to target. */
export const nameMap = z.record(z.string(), z.string());

function wrongOption(operation: string, issue: z.core.$ZodIssue | undefined): Error {
  const option = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
  return invalidArgument(
    `Cannot run the post-processing operation '${operation}': option '${option}' is wrong (${issue?.message}).`,
    {
      hint: "Give the options that Superset's operation of this name takes.",
      details: { operation, option },
    },
  );
}
