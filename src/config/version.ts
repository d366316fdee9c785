/** The service's version; a test compares it with deno.json's. */
export const VERSION = "0.1.0";
