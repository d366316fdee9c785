/** The DAO layer as tools see it. */
// deno-lint-ignore no-empty-interface
export interface Dao {}
