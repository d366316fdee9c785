/** The one refusal of times that can't be read, which says what can. */
import { invalidArgument, type ServiceError } from "../../errors.ts";

const EXAMPLES = "'Last 7 days', 'previous calendar month', 'Current quarter', " +
  "'2024-01-01 : 2024-02-01', '30 days ago : now', 'No filter' or " +
  "'DATEADD(DATETIME('today'), -1, month) : DATETIME('today')'";

const LONGEST_SHOWN = 100;

/** @param reason a clause that tells what is wrong */
export function timeFault(text: string, reason: string): ServiceError {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return invalidArgument(`Cannot read the time '${shown}': ${reason}.`, {
    hint: `Write times such as ${EXAMPLES}.`,
  });
}
