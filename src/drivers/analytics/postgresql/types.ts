/**
 * PostgreSQL's built-in types by OID (src/include/catalog/pg_type.dat): their SQL names, what
 * Superset takes them for, and how their values are read. Types that came later are looked up.
 */
import type { GenericType } from "../../../query/frame.ts";
import {
  arrayReader,
  asBoolean,
  asBytes,
  asDate,
  asDecimal,
  asFloat,
  asInteger,
  asJson,
  asNumber,
  asText,
  asTimestamp,
  type ReadText,
} from "./values.ts";

export interface PostgresqlType {
  readonly name: string;
  readonly type: GenericType;
  readonly read: ReadText;
  readonly hasZone?: boolean;
  readonly floating?: boolean;
}

/** Types that a server was asked about, by OID; the same for all connections to it. */
export type TypeNames = Map<number, PostgresqlType>;

const NUMERIC = 0, STRING = 1, TEMPORAL = 2, BOOLEAN = 3;

/** OID, OID of the array type, name, kind, reader. */
const SCALARS: readonly (readonly [number, number, string, GenericType, ReadText])[] = [
  [16, 1000, "boolean", BOOLEAN, asBoolean],
  [17, 1001, "bytea", STRING, asBytes],
  [18, 1002, '"char"', STRING, asText],
  [19, 1003, "name", STRING, asText],
  [20, 1016, "bigint", NUMERIC, asInteger],
  [21, 1005, "smallint", NUMERIC, asNumber],
  [23, 1007, "integer", NUMERIC, asNumber],
  [25, 1009, "text", STRING, asText],
  [26, 1028, "oid", NUMERIC, asNumber],
  [114, 199, "json", STRING, asJson],
  [142, 143, "xml", STRING, asText],
  [600, 1017, "point", STRING, asText],
  [601, 1018, "lseg", STRING, asText],
  [602, 1019, "path", STRING, asText],
  [604, 1027, "polygon", STRING, asText],
  [628, 629, "line", STRING, asText],
  [650, 651, "cidr", STRING, asText],
  [700, 1021, "real", NUMERIC, asFloat],
  [701, 1022, "double precision", NUMERIC, asFloat],
  [718, 719, "circle", STRING, asText],
  [774, 775, "macaddr8", STRING, asText],
  [790, 791, "money", STRING, asText],
  [829, 1040, "macaddr", STRING, asText],
  [869, 1041, "inet", STRING, asText],
  [1042, 1014, "character", STRING, asText],
  [1043, 1015, "character varying", STRING, asText],
  [1082, 1182, "date", TEMPORAL, asDate],
  [1083, 1183, "time without time zone", STRING, asText],
  [1114, 1115, "timestamp without time zone", TEMPORAL, asTimestamp],
  [1184, 1185, "timestamp with time zone", TEMPORAL, asTimestamp],
  [1186, 1187, "interval", STRING, asText],
  [1266, 1270, "time with time zone", STRING, asText],
  [1560, 1561, "bit", STRING, asText],
  [1562, 1563, "bit varying", STRING, asText],
  [1700, 1231, "numeric", NUMERIC, asDecimal],
  [2950, 2951, "uuid", STRING, asText],
  [3614, 3643, "tsvector", STRING, asText],
  [3615, 3645, "tsquery", STRING, asText],
  [3802, 3807, "jsonb", STRING, asJson],
  [3904, 3905, "int4range", STRING, asText],
  [3906, 3907, "numrange", STRING, asText],
  [3908, 3909, "tsrange", STRING, asText],
  [3910, 3911, "tstzrange", STRING, asText],
  [3912, 3913, "daterange", STRING, asText],
  [3926, 3927, "int8range", STRING, asText],
];

export const BUILT_IN: ReadonlyMap<number, PostgresqlType> = new Map(
  SCALARS.flatMap(([oid, arrayOid, name, type, read]) => {
    const scalar: PostgresqlType = {
      name,
      type,
      read,
      hasZone: oid === 1184,
      floating: read === asFloat,
    };
    return [[oid, scalar], [arrayOid, arrayOf(scalar)]] as const;
  }).concat([
    [603, { name: "box", type: STRING, read: asText }],
    [1020, { name: "box[]", type: STRING, read: arrayReader(asText, ";") }],
  ]),
);

/** Of a type that is not known yet: its values are text. */
export const UNKNOWN: PostgresqlType = { name: "", type: STRING, read: asText };

export function arrayOf(element: PostgresqlType): PostgresqlType {
  return { name: `${element.name}[]`, type: STRING, read: arrayReader(element.read) };
}

/** What a type's name says, as `format_type` and the information schema print it. */
export function genericTypeOf(name: string): GenericType {
  const bare = name.replace(/\(.*?\)/, "").trim();
  for (const [, , known, type] of SCALARS) if (known === bare) return type;
  return STRING;
}
