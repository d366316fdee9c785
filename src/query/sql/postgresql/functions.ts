/**
 * The functions that SQL for PostgreSQL may call: those that compute on what they are given. None
 * of them reads a table, a file, a setting or the network, runs SQL that is text, writes, waits or
 * locks. Whatever is not in the list is refused; an operator adds functions by a setting.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const AGGREGATES = words(`
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
  every json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont
  percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept
  regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum
  var_pop var_samp variance`);

const WINDOW = words(`
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number`);

const MATH = words(`
  abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd
  cosh cot cotd degrees div erf erfc exp factorial floor gcd greatest lcm least ln log log10
  min_scale mod pi power pow radians random round scale sign sin sind sinh sqrt tan tand tanh
  trim_scale trunc width_bucket float4 float8 int2 int4 int8 numeric money isfinite`);

const TEXT = words(`
  ascii bit_length btrim char_length character_length chr concat concat_ws convert_from convert_to
  decode encode format initcap is_normalized left length like_escape lower lpad ltrim md5 normalize
  nullif octet_length overlay position quote_ident quote_literal quote_nullable regexp_count
  regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
  regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim sha224 sha256 sha384
  sha512 similar_to_escape split_part starts_with string_to_array string_to_table strpos substr
  substring text to_ascii to_char to_hex to_number translate trim unistr upper varchar bpchar
  similarity word_similarity strict_word_similarity unaccent levenshtein soundex metaphone
  get_bit get_byte bit_count`);

const TIME = words(`
  age clock_timestamp date date_add date_bin date_part date_subtract date_trunc extract interval
  justify_days justify_hours justify_interval make_date make_interval make_time make_timestamp
  make_timestamptz now overlaps statement_timestamp time timestamp timestamptz timezone to_date
  to_timestamp transaction_timestamp`);

const ARRAYS_AND_RANGES = words(`
  array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position
  array_positions array_prepend array_remove array_replace array_sample array_shuffle
  array_to_string array_upper cardinality trim_array generate_subscripts unnest isempty lower_inc
  lower_inf upper_inc upper_inf range_merge multirange int4range int8range numrange tsrange
  tstzrange daterange`);

const JSON_FUNCTIONS = words(`
  array_to_json json_array_elements json_array_elements_text json_array_length json_build_array
  json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
  json_object_keys json_strip_nulls json_to_record json_to_recordset json_typeof
  jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
  jsonb_build_object jsonb_concat jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all
  jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_object jsonb_object_keys
  jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
  jsonb_pretty jsonb_set jsonb_set_lax jsonb_insert jsonb_strip_nulls jsonb_to_record
  jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb`);

const SEARCH = words(`
  numnode phraseto_tsquery plainto_tsquery querytree strip to_tsquery to_tsvector ts_headline
  ts_rank ts_rank_cd tsvector_to_array websearch_to_tsquery`);

const OTHER = words(`
  abbrev area box broadcast center circle coalesce diameter family gen_random_uuid generate_series
  height host hostmask inet_merge inet_same_family isclosed isopen line lseg masklen netmask network
  npoints num_nonnulls num_nulls path pclose pg_typeof point polygon popen radius set_masklen slope
  width`);

export const POSTGRESQL_FUNCTIONS: ReadonlySet<string> = new Set([
  ...AGGREGATES,
  ...WINDOW,
  ...MATH,
  ...TEXT,
  ...TIME,
  ...ARRAYS_AND_RANGES,
  ...JSON_FUNCTIONS,
  ...SEARCH,
  ...OTHER,
]);

/** Columns of what functions return, which may be taken out of it: `(json_each(x)).key`. */
export const RESULT_FIELDS: ReadonlySet<string> = new Set(["key", "value", "ordinality"]);

/**
 * The types that a value may be made. Not among them: `reg*`, whose input looks names up in the
 * catalogs, `xml`, and row types of tables.
 */
export const POSTGRESQL_TYPES: ReadonlySet<string> = new Set(words(`
  bool int2 int4 int8 float4 float8 numeric money text varchar bpchar char name citext bytea bit
  varbit uuid date time timetz timestamp timestamptz interval json jsonb jsonpath hstore ltree inet
  cidr macaddr macaddr8 tsvector tsquery point line lseg box path polygon circle int4range
  int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange
  tsmultirange tstzmultirange datemultirange geometry geography vector`));

/** The operators of PostgreSQL itself and of pg_trgm, ltree, PostGIS and pgvector. */
export const POSTGRESQL_OPERATORS: ReadonlySet<string> = new Set(words(`
  !! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * + - -> ->> -|- / < <-> << <<= <<| <= <> != <@
  <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~= ~~
  ~~* %> <% %>> <<% <->> <<-> <#> <=> <+> ~>`));
