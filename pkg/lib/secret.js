// @ts-check
// Secrets as they come out of files and pipes.

/**
 * A secret without the line ends at its end, which `echo` and editors add. The proxy trims its own likewise.
 * @param {string} text
 */
export function withoutLineEnds(text) {
  return text.replace(/[\r\n]+$/, "");
}
