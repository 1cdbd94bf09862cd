// The list of emoji, as the module `virtual:emoji`: one text made from Unicode's names when the page is built.
import groups from "unicode-emoji-json/data-by-group.json" with { type: "json" };
import type { Plugin } from "vite";

const NAME = "virtual:emoji";
const RESOLVED = `\0${NAME}`;

/** A line per emoji, `😀 grinning face`, below a line per group, `# Smileys & Emotion`. */
export function emojiList(): Plugin {
  return {
    name: "emoji-list",
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const lines = groups.flatMap(({ name, emojis }) => [`# ${name}`, ...emojis.map((one) => `${one.emoji} ${one.name}`)]);
      return `export default ${JSON.stringify(lines.join("\n"))};`;
    },
  };
}
