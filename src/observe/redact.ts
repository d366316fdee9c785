/** The last guard before a log: whatever looks like a credential leaves a text. */

const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, "$1 ***"],
  // A JWT, in whole or in part: its header always begins with `{"`.
  [/\beyJ[\w-]{8,}(\.[\w-]*)*/g, "***"],
  // Superset's API keys.
  [/\bsst_[^\s"',;]+/g, "***"],
  [/(:\/\/)[^/\s@"']*@/g, "$1***@"],
  [/\b(password|passwd|secret|token|api_key)(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, "$1$2***"],
];

export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of CREDENTIALS) result = result.replace(pattern, replacement);
  return result;
}

/** What a thrown value may tell a log: its kind, code and place; its message may hold a row. */
export function describeThrown(thrown: unknown): Readonly<Record<string, unknown>> {
  if (!(thrown instanceof Error)) return { thrown: typeof thrown };
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const cause = thrown.cause === undefined ? undefined : describeThrown(thrown.cause);
  return {
    thrown: thrown.name,
    ...(code !== undefined && /^[\w.-]{1,40}$/.test(code) ? { code } : {}),
    at: frames.slice(0, 6).map((line) => line.trim().slice(3)),
    ...(cause ? { cause } : {}),
  };
}
