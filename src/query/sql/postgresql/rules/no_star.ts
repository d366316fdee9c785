/** A star in one expression is whole rows, and more than one column. `count(*)` has none in its tree. */
import { forbidden } from "../../forbidden.ts";
import type { Rule } from "./rule.ts";

export const noStar: Rule = (kind) => {
  if (kind === "A_Star") throw forbidden("a star outside of count(*)", "Name the columns.");
};
