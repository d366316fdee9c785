/** MCP_SQL_FUNCTIONS: the functions that SQL may call beyond this service's own lists, by engine. */
import { type SettingReader, shown } from "./reader.ts";

const NAME = "MCP_SQL_FUNCTIONS";

interface Engine {
  readonly form: RegExp;
  /** The form in words. */
  readonly valid: string;
}

const PLAIN: Engine = { form: /^[a-z_][a-z0-9_$]{0,62}$/, valid: "a name without schema" };

/** By Superset's name of the backend. Schemas of PostgreSQL's own begin with `pg_`; its functions go without. */
const ENGINES: Readonly<Record<string, Engine>> = {
  postgresql: {
    form: /^(?!pg_\w*\.)(?:[a-z_][a-z0-9_$]{0,62}\.)?[a-z_][a-z0-9_$]{0,62}$/,
    valid: "a name, or schema.name where SQL has to write the schema",
  },
  mysql: PLAIN,
  sqlite: PLAIN,
};

export type SqlFunctions = Readonly<Record<string, readonly string[]>>;

/** @returns names in lower case, as engines fold what is written without quotes; empty where refused */
export function readSqlFunctions(reader: SettingReader): SqlFunctions {
  const valid = 'a JSON object such as {"postgresql": ["geo.distance"]}';
  const refuse = (what: string): SqlFunctions => {
    reader.refuse(NAME, `${what}; valid: ${valid}`);
    return {};
  };
  const functions: Record<string, readonly string[]> = {};
  for (const [engine, names] of Object.entries(reader.object(NAME, valid))) {
    const known = Object.hasOwn(ENGINES, engine) ? ENGINES[engine] : undefined;
    if (known === undefined) {
      return refuse(`${shown(engine)} is none of the engines ${Object.keys(ENGINES).join(", ")}`);
    }
    if (!Array.isArray(names)) return refuse(`what ${engine} has is no list of names`);
    const folded = new Set<string>();
    for (const name of names) {
      const lower = typeof name === "string" ? name.toLowerCase() : "";
      if (!known.form.test(lower)) {
        const what = shown(typeof name === "string" ? name : JSON.stringify(name));
        return refuse(`${what} can't be a function of ${engine}, which is ${known.valid}`);
      }
      folded.add(lower);
    }
    functions[engine] = [...folded];
  }
  return functions;
}

/** What an operator should see again at each start and check: what they vouch for. */
export function sqlFunctionsNotice(functions: SqlFunctions): readonly string[] {
  const named = Object.entries(functions).filter(([, names]) => names.length > 0)
    .map(([engine, names]) => `${names.join(", ")} (${engine})`);
  if (named.length === 0) return [];
  return [
    `${NAME} lets SQL call functions that this service does not know to be harmless: ${
      named.join("; ")
    }.`,
  ];
}
