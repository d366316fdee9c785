/** What a database says of itself, but for one schema. */
import type { Introspection } from "./engine.ts";

/** @param closed the schema's name; null for none */
export function withoutSchema(
  inner: Introspection,
  closed: () => Promise<string | null>,
): Introspection {
  const isOpen = async () => {
    const name = (await closed())?.toLowerCase();
    return (schema: string) => schema.toLowerCase() !== name;
  };
  return {
    ...inner,
    async session() {
      const closedSchema = await closed();
      const session = await inner.session();
      return closedSchema === null ? session : { ...session, closedSchema };
    },
    async schemas() {
      return (await inner.schemas()).filter(await isOpen());
    },
    async tables(schema) {
      return (await isOpen())(schema) ? await inner.tables(schema) : [];
    },
    async columns(schema, table) {
      return (await isOpen())(schema) ? await inner.columns(schema, table) : [];
    },
  };
}
