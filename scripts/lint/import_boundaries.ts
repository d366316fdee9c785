/**
 * The lint plugin `house`: says which layer of `src` may import which, so that a request can only
 * take the way that docs/architecture.md draws. What no table here lists is refused.
 */

interface Layer {
  /** The layers whose values it may import. Its own, `errors` and `observe` are open to it anyway. */
  readonly imports: readonly string[];
  /** Layers or modules of which it may import types only. */
  readonly types?: readonly string[];
  /** Why it ends there: the lint's hint. */
  readonly why: string;
}

const LAYERS: Readonly<Record<string, Layer>> = {
  main: {
    imports: ["state", "http", "config", "mcp", "demo", "check"],
    why:
      "main reads the command line, makes the state and serves it; everything else is behind http and mcp",
  },
  state: {
    imports: [
      "config",
      "auth",
      "dao",
      "commands",
      "data",
      "drivers",
      "cache",
      "demo",
      "tools",
      "mcp",
    ],
    why: "state is where the parts are put together, once, and it knows nothing of HTTP",
  },
  config: { imports: [], why: "settings are read before anything else exists" },
  errors: { imports: [], why: "everyone imports errors, so errors imports nobody" },
  observe: { imports: [], why: "everyone emits observations, so observe imports nobody" },
  joined_signal: { imports: [], why: "everyone may end what it runs, so it imports nobody" },
  check: {
    imports: ["config", "drivers"],
    types: ["dao"],
    why: "check looks at settings and connections before anyone depends on them, and serves nobody",
  },
  http: {
    imports: ["mcp", "config/network.ts"],
    types: ["auth"],
    why: "http knows routes, limits and headers; what a call means is behind mcp",
  },
  mcp: {
    imports: ["auth", "tools", "state"],
    types: ["dao"],
    why:
      "mcp holds the one hook around a call: rows come through a tool, and a tool through its access check",
  },
  auth: {
    imports: ["dao", "cache"],
    types: ["tools/define_tool.ts"],
    why: "auth decides about callers without knowing tools or transports",
  },
  tools: {
    imports: ["commands", "dao", "data", "query", "pictures"],
    why: "a tool reaches data through the DAO, where visibility is applied, never through a driver",
  },
  commands: {
    imports: ["dao", "auth", "query", "cache"],
    why: "a command is a use case over the DAO, called by tools",
  },
  dao: {
    imports: ["drivers", "cache"],
    // It loads what these ask for: accounts, and what a query is made of.
    types: ["auth/user_directory.ts", "query"],
    why: "the DAO turns metadata SQL into rows and asks nobody above it who may see them",
  },
  data: {
    imports: ["query", "cache"],
    types: ["dao", "drivers", "auth"],
    why: "data takes a query from its plan through the guard to rows, over what it is handed",
  },
  query: {
    imports: [],
    why: "plans, policies and the guard are pure; src/data runs what they make",
  },
  drivers: {
    // The classes alone: what may be run is what the guard made.
    imports: ["query/guard/guarded_plan.ts", "query/guard/guarded_write.ts"],
    types: ["query"],
    why: "a driver runs SQL and knows nobody above it",
  },
  cache: { imports: [], why: "a leaf behind a small interface" },
  pictures: { imports: [], why: "a leaf behind a small interface" },
  demo: { imports: [], why: "a leaf behind a small interface" },
};

/** The two files are constants and names: what a permission is called, and which version this is. */
const FOR_EVERYONE = [
  ...["errors", "observe", "joined_signal"],
  ...["auth/caller.ts", "config/version.ts"],
];
const TYPES_FOR_EVERYONE = ["state", "config"];

/** Packages that one layer keeps to itself, so that nobody goes around it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  postgres: ["drivers"],
  mysql2: ["drivers"],
  "node:sqlite": ["drivers", "demo"],
  kysely: ["dao"],
  jose: ["auth"],
  "prom-client": ["observe"],
  "@logtape/logtape": ["observe"],
  "@modelcontextprotocol/server": ["mcp"],
};

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/**
 * @param importer path of the importing file, from the project's root
 * @param specifier as written in the import
 * @returns what is wrong and why, or null for an import that is fine
 */
export function boundaryFault(
  importer: string,
  specifier: string,
  typeOnly: boolean,
): { readonly message: string; readonly hint: string } | null {
  if (importer !== "main.ts" && !importer.startsWith("src/")) return null;
  const from = layerOf(importer);
  const layer = LAYERS[from];
  if (layer === undefined) {
    return {
      message: `'${importer}' is in no layer of the house.`,
      hint: "Put it into a layer's folder, or add its layer to scripts/lint/import_boundaries.ts.",
    };
  }
  if (!specifier.startsWith(".")) return packageFault(from, specifier, typeOnly);
  const target = new URL(specifier, `file:///${importer}`).pathname.slice(1);
  if (target !== "main.ts" && !target.startsWith("src/")) {
    return {
      message: `'${importer}' imports '${target}', which is outside src.`,
      hint: "What ships imports only what ships: tests and scripts stay out of the executable.",
    };
  }
  const to = layerOf(target);
  const open = [from, ...FOR_EVERYONE, ...layer.imports];
  if (typeOnly) open.push(...TYPES_FOR_EVERYONE, ...(layer.types ?? []));
  if (open.includes(to) || open.includes(target.slice("src/".length))) return null;
  return {
    message: `${from} may not import ${typeOnly ? "types of " : ""}${to}.`,
    hint: `${layer.why[0]!.toUpperCase()}${layer.why.slice(1)}. It may import ${
      layer.imports.join(", ") || "errors and observe only"
    }.`,
  };
}

function packageFault(from: string, specifier: string, typeOnly: boolean) {
  const owner = Object.keys(PACKAGES).find((name) =>
    specifier === name || specifier.startsWith(`${name}/`)
  );
  if (owner === undefined || typeOnly) return null;
  const layers = PACKAGES[owner]!;
  if (layers.includes(from.split("/")[0]!)) return null;
  return {
    message: `${from} may not import ${owner}.`,
    hint: `Only ${layers.join(" and ")} uses ${owner}; call what it offers.`,
  };
}

function layerOf(path: string): string {
  const inside = path.replace(/^src\//, "");
  if (inside in LAYERS) return inside;
  return inside.split("/")[0]!.replace(/\.ts$/, "");
}

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "import-boundaries": {
      create(context) {
        const path = context.filename.replace(/^file:\/\//, "");
        if (!path.startsWith(ROOT)) return {};
        const importer = path.slice(ROOT.length);
        const check = (node: Deno.lint.Node, source: Deno.lint.Node | null, typeOnly: boolean) => {
          if (source?.type !== "Literal" || typeof source.value !== "string") return;
          const fault = boundaryFault(importer, source.value, typeOnly);
          if (fault !== null) context.report({ node, ...fault });
        };
        return {
          ImportDeclaration: (node) =>
            check(node, node.source, node.importKind === "type" || onlyTypes(node.specifiers)),
          ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === "type"),
          ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === "type"),
          ImportExpression: (node) => check(node, node.source, false),
        };
      },
    },
    "zod-by-namespace": {
      create: (context) => ({
        ImportDeclaration(node) {
          if (!/\/src\//.test(context.filename) || node.source.value !== "zod") return;
          if (node.specifiers.every(({ type }) => type === "ImportNamespaceSpecifier")) return;
          const message = "zod is imported by name.";
          // The bundler keeps all of an object that is exported, here with every language's messages.
          const hint = 'Write `import * as z from "zod"`: the executable gets only what is used.';
          context.report({ node, message, hint });
        },
      }),
    },
  },
};

export default plugin;

function onlyTypes(
  specifiers: readonly (
    | Deno.lint.ImportSpecifier
    | Deno.lint.ImportDefaultSpecifier
    | Deno.lint.ImportNamespaceSpecifier
  )[],
): boolean {
  return specifiers.length > 0 &&
    specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
}
