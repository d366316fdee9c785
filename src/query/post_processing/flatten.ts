/** Joins labels of several levels into one, and makes a column of the index. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { defineOperation } from "./define_operation.ts";
import { escapeSeparator, LABEL_SEPARATOR, printed } from "./labels.ts";
import { isFlat, type Table } from "./table.ts";

const level = z.union([z.number().int(), z.string()]);
const options = z.strictObject({
  reset_index: z.boolean().nullish(),
  drop_levels: z.union([level.transform((one) => [one]), z.array(level)]).nullish(),
});

export const flatten = defineOperation("flatten", options, (table, given) => {
  const flat = isFlat(table) ? table : joinLevels(table, given.drop_levels ?? []);
  return given.reset_index === false ? flat : resetIndex(flat);
});

function joinLevels(table: Table, dropped: readonly (number | string)[]): Table {
  const positions = new Set(dropped.map((one) => levelOf(table, one)));
  if (positions.size === table.levels.length) {
    throw invalidArgument("Cannot flatten: drop_levels leaves no level of the labels.", {
      hint: `Drop at most ${table.levels.length - 1} levels.`,
    });
  }
  return {
    ...table,
    levels: [null],
    columns: table.columns.map((column) => ({
      ...column,
      label: [
        column.label.filter((part, position) => part !== null && !positions.has(position))
          .map((part) => escapeSeparator(printed(part)))
          .join(LABEL_SEPARATOR),
      ],
    })),
  };
}

/**
 * The position of a level by its name or number.
 *
 * @throws ServiceError `invalid_argument` where there is none
 */
export function levelOf(table: Table, level: number | string): number {
  const count = table.levels.length;
  const position = typeof level === "string"
    ? table.levels.indexOf(level)
    : level < 0
    ? level + count
    : level;
  if (position >= 0 && position < count) return position;
  throw invalidArgument(`Cannot use level '${level}' of the labels: there is none.`, {
    hint: `Number levels from 0 to ${count - 1}, or name them.`,
  });
}

/** Only the outermost level becomes a column, first of all; nameless, it is called `index`. */
function resetIndex(table: Table): Table {
  if (table.index === null) return table;
  const [outer, ...inner] = table.index;
  const { name, ...values } = outer!;
  const taken = table.columns.some(({ label }) => label[0] === "index");
  const column = { ...values, label: [name ?? (taken || inner.length > 0 ? "level_0" : "index")] };
  return { ...table, index: inner.length > 0 ? inner : null, columns: [column, ...table.columns] };
}
