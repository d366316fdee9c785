/** Texts that are no SQL, or nearly: SQL with pieces lost, doubled, moved or put in, and words at random. */
import type { Random } from "./random.ts";

const WORDS =
  `SELECT FROM WHERE WITH RECURSIVE AS UNION ALL EXCEPT INTERSECT LATERAL VALUES TABLE ONLY JOIN
  LEFT FULL CROSS NATURAL ON USING GROUP BY HAVING ORDER LIMIT OFFSET FETCH FIRST ROWS FOR UPDATE INTO
  sales births notes plans permitted SALES "sales" "Sales" public . pg_catalog main full_rows pg_class
  id name country amount * ( ) , ; = < > + - / || :: [ ] 1 0 1e9 'x' 'it''s' NULL TRUE count sum
  row_to_json unnest generate_series pg_sleep CASE WHEN THEN ELSE END EXISTS IN ANY NOT AND OR IS
  DISTINCT OVER PARTITION FILTER WINDOW CAST int text regclass ROW ARRAY $1 ? : @ # -- /* */ $$ E'\\\\'
  U&"\\0073ales" \` \`sales\` ctid rowid xmin INSERT UPDATE DELETE DROP EXPLAIN TABLESAMPLE COPY SET`
    .split(/\s+/);

const LETTERS = [
  "'",
  '"',
  "`",
  "(",
  ")",
  ";",
  "\\",
  "-",
  "/",
  "*",
  "\0",
  "\ufeff",
  "\u00a0",
  "é",
  "\ud800",
  "𝒳",
];

/** @param sql makes a query that can be read */
export function randomText(random: Random, sql: () => string): string {
  const { chance, pick, below } = random;
  if (chance(0.2)) return Array.from({ length: below(40) }, () => pick(WORDS)).join(" ");
  let text = sql();
  for (let changes = 1 + below(3); changes > 0; changes--) text = changed(text, random);
  return text;
}

function changed(text: string, random: Random): string {
  const { pick, below } = random;
  const at = below(text.length + 1);
  const end = Math.min(text.length, at + below(20));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  return pick([
    () => before + after,
    () => before + piece + piece + after,
    () => after + before + piece,
    () => before + pick(LETTERS) + piece + after,
    () => `${before} ${pick(WORDS)} ${piece}${after}`,
    () => before + [...piece].reverse().join("") + after,
    () => words(text, random),
  ])();
}

/** One word in place of another, which is more often read than a change within. */
function words(text: string, { pick, below }: Random): string {
  const parts = text.split(/(\s+|[(),.])/);
  parts[below(parts.length)] = pick([...WORDS, ...parts]);
  return parts.join("");
}
