/**
 * PostgreSQL's own parser, compiled to WebAssembly (libpg_query): text in, raw parse tree out. Its
 * loader wants Node's `require` and a file beside it, which the bundled executable has not; so the
 * module's bytes are part of the program and handed over, and no file or network is touched.
 */
import process from "node:process";
import wasm from "libpg-query/wasm/libpg-query.wasm" with { type: "bytes" };
import createModule from "libpg-query/wasm/libpg-query.js";
import { ServiceError, unavailable } from "../../../errors.ts";
import { positionAt, syntaxFault } from "../syntax_fault.ts";
import type { Node } from "./tree.ts";

/** A raw statement list, as PostgreSQL's grammar makes it before it looks at any catalog. */
export interface ParseResult {
  readonly stmts?: readonly {
    readonly stmt: Node;
    /** Where it begins and how long it is, in bytes; absent for 0. */
    readonly stmt_location?: number;
    readonly stmt_len?: number;
  }[];
}

/** The functions of the module that are used here; the rest stays out of reach. */
interface PgQueryModule {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, bytes: number): void;
  UTF8ToString(pointer: number): string;
  getValue(pointer: number, type: "i32"): number;
}

interface ModuleOptions {
  instantiateWasm(imports: WebAssembly.Imports, done: (made: WebAssembly.Instance) => void): void;
}

/** Beyond it a text is refused unread: no person writes it, and its tree would be many times that. */
const MAX_CHARACTERS = 2_000_000;

/** Beyond it a tree is too large to stay in memory for the case that it is asked for again. */
const MAX_KEPT_CHARACTERS = 100_000;

export class PgQuery {
  readonly #compiled: WebAssembly.Module;
  #module: PgQueryModule | null;
  /** A text is asked for in turn as a script, as a statement that may write, and as one that reads. */
  #last: { readonly text: string; readonly result: ParseResult } | null = null;

  private constructor(compiled: WebAssembly.Module, module: PgQueryModule) {
    this.#compiled = compiled;
    this.#module = module;
  }

  static async load(): Promise<PgQuery> {
    // A view of its own: the bytes are typed over any buffer, and compile takes no shared one.
    const compiled = await WebAssembly.compile(new Uint8Array(wasm));
    return new PgQuery(compiled, await instantiate(compiled));
  }

  /**
   * @param prefix how many characters at the start are the service's own, for positions in errors
   * @throws ServiceError invalid_sql with line and column
   */
  parse(text: string, prefix = 0): ParseResult {
    // C strings end at NUL, and half a surrogate pair would become another character.
    if (text.includes("\0")) throw syntaxFault("it holds a NUL character", positionOf("\0"));
    if (!text.isWellFormed()) throw syntaxFault("it holds half a surrogate pair", null);
    if (text.length > MAX_CHARACTERS) {
      throw syntaxFault(`it is longer than ${MAX_CHARACTERS} characters`, null);
    }
    if (this.#module === null) {
      throw unavailable("The SQL parser is starting again.", { hint: "Try again in a second." });
    }
    if (this.#last?.text === text) return this.#last.result;
    try {
      const result = this.#read(this.#module, text, prefix);
      this.#last = text.length > MAX_KEPT_CHARACTERS ? null : { text, result };
      return result;
    } catch (fault) {
      if (fault instanceof ServiceError) throw fault;
      // Out of stack or memory inside the module: what is left of it can't be trusted.
      this.#renew();
      throw syntaxFault("it is nested too deeply to be read", null);
    }

    function positionOf(character: string) {
      return positionAt(text, [...text].indexOf(character), prefix);
    }
  }

  #read(module: PgQueryModule, text: string, prefix: number): ParseResult {
    const size = module.lengthBytesUTF8(text) + 1;
    const query = module._malloc(size);
    module.stringToUTF8(text, query, size);
    const result = module._wasm_parse_query_raw(query);
    module._free(query);
    if (result === 0) throw new RangeError("Cannot parse: the module is out of memory");
    try {
      // struct PgQueryParseResult { char *parse_tree; char *stderr_buffer; PgQueryError *error; }
      const error = module.getValue(result + 8, "i32");
      if (error !== 0) throw this.#fault(module, error, text, prefix);
      return JSON.parse(module.UTF8ToString(module.getValue(result, "i32"))) as ParseResult;
    } finally {
      module._wasm_free_parse_result(result);
    }
  }

  /** struct PgQueryError { char *message, *funcname, *filename; int lineno, cursorpos; … } */
  #fault(module: PgQueryModule, error: number, text: string, prefix: number): ServiceError {
    const message = module.UTF8ToString(module.getValue(error, "i32"));
    const cursor = module.getValue(error + 16, "i32");
    if (/memory exhausted|stack depth/.test(message)) {
      return syntaxFault("it is nested too deeply to be read", null);
    }
    return syntaxFault(message, cursor > 0 ? positionAt(text, cursor - 1, prefix) : null);
  }

  #renew(): void {
    this.#module = null;
    instantiate(this.#compiled).then(
      (module) => this.#module = module,
      () => {}, // It stays unavailable, as every call then says.
    );
  }
}

/**
 * Makes one instance. The loader asks `process` whether it runs on Node, at once and only once, and
 * then wants `require`; what it asks is answered so that it takes the way that needs neither.
 */
function instantiate(compiled: WebAssembly.Module): Promise<PgQueryModule> {
  const load = createModule as (options: ModuleOptions) => Promise<PgQueryModule>;
  Object.defineProperty(process, "type", { value: "renderer", configurable: true });
  try {
    return load({
      instantiateWasm: (imports, done) => done(new WebAssembly.Instance(compiled, imports)),
    });
  } finally {
    Reflect.deleteProperty(process, "type");
  }
}
