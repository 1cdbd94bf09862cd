// Reads JSON with comments and trailing commas, as wrangler.jsonc is written.
// @ts-check

/**
 * @param {string} text
 * @returns {any}
 */
export function parseJsonc(text) {
  // A string is matched first and kept, so that what looks like a comment inside it stays.
  const bare = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? '');
  return JSON.parse(bare.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string) => string ?? ''));
}
