// Reads a text as WhatsApp draws it: *bold*, _italic_, ~struck~, `code`, quotes, lists, links and mentions.

/** A piece of a text: characters, or a part with a look of its own. */
export type Piece = string | { look: Look; pieces: Piece[] };
export type Look = "bold" | "italic" | "strike" | "code" | "block" | "quote" | "item" | "link" | "mention";

const LOOKS: Record<string, Look> = { "*": "bold", _: "italic", "~": "strike", "`": "code" };
/** Deeper than anybody writes; what is nested further is drawn as it stands. */
const DEEPEST = 6;
const WORD = /[\p{L}\p{N}]/u;
const LINK = /(?:https?:\/\/|www\.)[^\s<>"]+/y;
const MENTION = /@\d{7,15}/y;

/** The pieces of a text, in order; put together they are all that is seen of it. */
export function piecesOf(text: string): Piece[] {
  return text.split(/```([^]+?)```/).flatMap((part, index): Piece[] => (index % 2 === 1 ? [{ look: "block", pieces: [part] }] : linesOf(part)));
}

function linesOf(text: string): Piece[] {
  return text.split("\n").flatMap((line, index): Piece[] => {
    const [, mark = "", rest = ""] = /^(> |[-*] |\d{1,3}\. )(.+)$/s.exec(line) ?? [];
    const before = index > 0 ? ["\n"] : [];
    if (mark === "") return [...before, ...inline(line, DEEPEST)];
    if (mark === "> ") return [...before, { look: "quote", pieces: inline(rest, DEEPEST) }];
    const bullet = /\d/.test(mark) ? mark : "• ";
    return [...before, { look: "item", pieces: [bullet, ...inline(rest, DEEPEST)] }];
  });
}

function inline(line: string, depth: number): Piece[] {
  const pieces: Piece[] = [];
  let plain = 0;
  /** Marks that have no end further on, so that a line of them is not searched again from each. */
  const open = new Set<string>();
  const push = (from: number, to: number, piece: Piece): void => {
    if (from > plain) pieces.push(line.slice(plain, from));
    pieces.push(piece);
    plain = to;
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (WORD.test(line.charAt(at - 1))) continue;
    const look = LOOKS[character];
    if (look) {
      if (open.has(character) || depth === 0) continue;
      const end = endOf(line, at, character);
      if (end === undefined) {
        open.add(character);
        continue;
      }
      if (end < 0) continue;
      const inside = line.slice(at + 1, end);
      push(at, end + 1, { look, pieces: look === "code" ? [inside] : inline(inside, depth - 1) });
      at = end;
    } else {
      const found = matchAt(LINK, line, at) ?? matchAt(MENTION, line, at);
      if (found === undefined) continue;
      // A sentence's own mark behind an address is not part of it.
      const whole = found.startsWith("@") ? found : found.replace(/[.,;:!?)\]*_~]+$/, "");
      push(at, at + whole.length, { look: found.startsWith("@") ? "mention" : "link", pieces: [whole] });
      at += whole.length - 1;
    }
  }
  if (plain < line.length) pieces.push(line.slice(plain));
  return pieces;
}

/** Where the mark that opens at `at` is closed; negative where it opens nothing; undefined where no mark of its kind closes further on. */
function endOf(line: string, at: number, mark: string): number | undefined {
  const next = line.charAt(at + 1);
  if (next === "" || /\s/.test(next) || next === mark) return -1;
  for (let end = line.indexOf(mark, at + 2); end >= 0; end = line.indexOf(mark, end + 1)) {
    if (!/\s/.test(line.charAt(end - 1)) && !WORD.test(line.charAt(end + 1))) return end;
  }
  return undefined;
}

function matchAt(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0];
}
