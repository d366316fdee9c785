/** The words of MySQL and MariaDB (MySQL 8 reference manual, Functions and Operators). */
import type { EngineGrammar } from "../grammar/engine_grammar.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** None of them reads a table or a file, waits, locks, or tells of the server or its users. */
const FUNCTIONS = words(`
  abs acos adddate addtime any_value ascii asin atan atan2 avg bin bit_and bit_count bit_length bit_or
  bit_xor ceil ceiling char_length character_length coalesce concat concat_ws conv convert
  convert_tz cos cot count crc32 cume_dist curdate current_date current_time current_timestamp
  curtime date date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear
  degrees dense_rank elt exp field find_in_set first_value floor format from_base64 from_days
  from_unixtime greatest group_concat grouping hex hour if ifnull inet_aton inet_ntoa instr isnull
  json_array json_array_append json_arrayagg json_contains json_contains_path json_depth
  json_extract json_insert json_keys json_length json_merge_patch json_merge_preserve json_object
  json_objectagg json_overlaps json_pretty json_quote json_remove json_replace json_search json_set
  json_type json_unquote json_valid json_value lag last_day last_value lcase lead least left length
  ln localtime localtimestamp locate log log10 log2 lower lpad ltrim makedate maketime max md5
  median microsecond mid min minute mod month monthname now nth_value ntile nullif oct octet_length
  ord percent_rank percentile_cont period_add period_diff pi pow power quarter quote radians rand
  rank regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right round
  row_number rpad rtrim sec_to_time second sha sha1 sha2 sign sin soundex space sqrt std stddev
  stddev_pop stddev_samp str_to_date strcmp subdate substr substring substring_index subtime sum
  sysdate tan time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64
  to_char to_days to_seconds trim truncate ucase unhex unix_timestamp upper utc_date utc_time
  utc_timestamp var_pop var_samp variance week weekday weekofyear weight_string year yearweek`);

const UNITS = words(`
  MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND
  MINUTE_SECOND HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE
  DAY_HOUR YEAR_MONTH`);

export const MYSQL_GRAMMAR: EngineGrammar = {
  name: "mysql",
  // Without a blank after it, `--` is two signs of minus.
  lineComments: [/--(?=[\s]|$)/y, /#/y],
  runComments: ["/*!", "/*+", "/*M!"],
  nameQuotes: { "`": "`" },
  stringQuotes: ["'", '"'],
  backslashes: true,
  // `||` is OR or CONCAT by a setting of the server, and so neither here.
  levels: [
    ["OR"],
    ["XOR"],
    ["AND", "&&"],
    ["NOT"],
    ["=", "<=>", ">=", ">", "<=", "<", "<>", "!=", "IN", "BETWEEN"],
    ["|"],
    ["&"],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "%", "DIV", "MOD"],
    ["^"],
    ["PREFIX"],
    ["COLLATE"],
    ["->", "->>"],
  ],
  prefixes: ["-", "+", "~"],
  likes: ["LIKE", "REGEXP", "RLIKE"],
  functions: new Set(FUNCTIONS),
  tableFunctions: new Set(),
  bareFunctions: new Set(words(`
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME
    UTC_TIMESTAMP`)),
  unitFirst: new Set(["TIMESTAMPADD", "TIMESTAMPDIFF"]),
  types: new Set([
    ...words("CHAR BINARY SIGNED UNSIGNED DECIMAL DATE DATETIME TIME YEAR JSON FLOAT DOUBLE REAL"),
    ...["SIGNED INTEGER", "UNSIGNED INTEGER", "INTEGER", "INT", "VARCHAR", "NCHAR"],
  ]),
  units: new Set(UNITS),
  looseComma: true,
  setPrecedence: true,
  mutualWith: false,
  nestedWith: false,
  renamesCommonTables: true,
  rollup: true,
  dual: true,
  namesValues: true,
  fence: {
    // The manual's own number of rows for "all".
    limit: { kind: "literal", type: "number", text: "18446744073709551615" },
    offset: null,
  },
  stopFunctions: null,
  isSystem(schema) {
    return schema !== null &&
      ["mysql", "information_schema", "performance_schema", "sys"].includes(schema.toLowerCase());
  },
};
