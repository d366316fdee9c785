/** The one way SQL is refused for what it does: names the construct, never a value. */
import { ServiceError } from "../../errors.ts";

/** @param construct as a person would name it: `FOR UPDATE`, `the function pg_sleep` */
export function forbidden(construct: string, hint?: string): ServiceError {
  return new ServiceError(
    "forbidden_sql",
    `The SQL uses ${construct}, which is not allowed here.`,
    {
      hint: hint ?? "Write it without that; what reads rows and computes on them is allowed.",
      details: { construct },
    },
  );
}
