/**
 * What is asked of the grown workspace. Lists keep their order for two seconds (src/dao/list.ts), so
 * each case but the first says as many different things as it takes to never meet a kept one.
 */
import { callCase, type Case } from "./cases.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** Two of the people that scale.sql makes: one reads 150 of 5,000 datasets, the other everything. */
export const SCALE_USERS = ["big_berta", "big_admin"] as const;

/** Of these the order is mostly at hand, as it is for somebody who turns pages. */
export const LISTS = ["list_charts, the same page", "list_charts, pages in turn"] as const;

/** Of these it never is. */
export const FIRST_CALLS = "list_charts, another filter each";

export const SEARCHES = ["search, few found", "search, many found"] as const;

const WORDS = ["Revenue", "Orders", "Churn", "Visits", "Margin", "Stock", "Returns"];
const THINGS = ["region", "month", "product", "team", "channel"];
/** The pages of ten that everyone in `SCALE_USERS` has. */
const PAGES = 250;

export async function scaleCases(user: string): Promise<readonly Case[]> {
  const named: Readonly<Record<string, readonly Arguments[]>> = {
    [LISTS[0]]: [{}],
    // 37 and 250 have no common divisor, so this is every page once, far from the one before.
    [LISTS[1]]: counted(PAGES, (n) => ({ page: 1 + n * 37 % PAGES })),
    [FIRST_CALLS]: counted(
      3000,
      (n) => ({ filters: [{ col: "id", opr: "ne", value: n + 1 }] }),
    ),
    [SEARCHES[0]]: fewFound().map((search) => ({ search })),
    [SEARCHES[1]]: manyFound().map((search) => ({ search })),
  };
  return await Promise.all(
    Object.entries(named).map(([name, args]) => callCase(name, user, "list_charts", args)),
  );
}

/** Beginnings of names, such as `Revenue by region 42`: about thirty charts each. */
function fewFound(): string[] {
  return counted(90, (n) => n + 10).flatMap((number) =>
    THINGS.flatMap((thing) => WORDS.map((word) => `${word} by ${thing} ${number}`))
  );
}

/**
 * Parts of words of three letters and more: about fourteen thousand charts each. Search ignores case,
 * so other cases of the same letters find the same under another name.
 */
function manyFound(): string[] {
  const parts = WORDS.flatMap((word) => {
    const text = `${word} by`;
    return counted(
      text.length - 2,
      (begin) => counted(text.length - 2 - begin, (more) => text.slice(begin, begin + 3 + more)),
    ).flat();
  });
  const cased = (text: string, bits: number) =>
    [...text].map((letter, at) => bits >> at & 1 ? letter.toUpperCase() : letter.toLowerCase());
  const all = counted(8, (bits) => parts.map((text) => cased(text, bits).join(""))).flat();
  return [...new Set(all)];
}

function counted<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
