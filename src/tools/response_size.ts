/** How large an answer is to a model. */

/** Characters of JSON that make one token, roughly; models count differently, none much lower. */
const CHARACTERS_PER_TOKEN = 4;

/** @param json an answer as JSON text */
export function estimatedTokens(json: string): number {
  return Math.ceil(json.length / CHARACTERS_PER_TOKEN);
}
