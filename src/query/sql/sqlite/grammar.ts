/** SQLite's words (sqlite.org: Expressions, Core, Date, Aggregate, Window, Math and JSON functions). */
import type { EngineGrammar } from "../grammar/engine_grammar.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** None of them reads a table or a file, runs SQL that is text, loads code or writes. */
const FUNCTIONS = words(`
  abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like lower ltrim max
  min nullif octet_length printf quote random replace round rtrim sign soundex substr substring trim
  typeof unhex unicode upper date time datetime julianday unixepoch strftime timediff current_date
  current_time current_timestamp avg count group_concat string_agg sum total median percentile
  percentile_cont percentile_disc row_number rank dense_rank percent_rank cume_dist ntile lag lead
  first_value last_value nth_value acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh
  degrees exp floor ln log log10 log2 mod pi pow power radians sin sinh sqrt tan tanh trunc json
  jsonb json_array json_array_length json_error_position json_extract jsonb_extract json_insert
  json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type
  json_valid json_group_array json_group_object`);

const TYPES = words(`
  INT INTEGER TINYINT SMALLINT MEDIUMINT BIGINT TEXT CHAR VARCHAR NVARCHAR CLOB BLOB REAL DOUBLE FLOAT
  NUMERIC DECIMAL BOOLEAN DATE DATETIME TIMESTAMP`);

export const SQLITE_GRAMMAR: EngineGrammar = {
  name: "sqlite",
  lineComments: [/--/y],
  runComments: [],
  nameQuotes: { '"': '"', "`": "`", "[": "]" },
  stringQuotes: ["'"],
  backslashes: false,
  levels: [
    ["OR"],
    ["AND"],
    ["NOT"],
    ["=", "==", "<>", "!=", "IN", "BETWEEN"],
    ["<", "<=", ">", ">="],
    ["&", "|", "<<", ">>"],
    ["+", "-"],
    ["*", "/", "%"],
    ["||", "->", "->>"],
    ["COLLATE"],
    ["PREFIX"],
  ],
  prefixes: ["-", "+", "~"],
  likes: ["LIKE", "GLOB", "REGEXP", "MATCH"],
  functions: new Set(FUNCTIONS),
  tableFunctions: new Set([
    "json_each",
    "json_tree",
    "jsonb_each",
    "jsonb_tree",
    "generate_series",
  ]),
  bareFunctions: new Set(["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"]),
  unitFirst: new Set(),
  types: new Set([...TYPES, "DOUBLE PRECISION"]),
  units: new Set(),
  looseComma: false,
  setPrecedence: false,
  mutualWith: true,
  nestedWith: true,
  renamesCommonTables: false,
  rollup: false,
  dual: false,
  namesValues: false,
  fence: {
    limit: {
      kind: "unary",
      operator: "-",
      operand: { kind: "literal", type: "number", text: "1" },
    },
    offset: { kind: "literal", type: "number", text: "0" },
  },
  // As the driver names it (src/drivers/analytics/sqlite/connection.ts).
  stopFunctions: { alive: "superset_mcp_alive", passed: "superset_mcp_passed" },
  /** Its own tables and table-valued functions; `temp` and attached databases are not its own. */
  isSystem(schema, table) {
    if (schema !== null && schema.toLowerCase() !== "main") return true;
    return /^(sqlite_|pragma_|dbstat$|bytecode$|tables_used$|fts\d)/i.test(table);
  },
};
