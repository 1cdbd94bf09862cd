// Draws a text as a phone would, as elements and never as markup: nothing that was typed can become part of the page.
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../words.ts";
import { type Look, type Piece, piecesOf } from "./markup.ts";

/** A phone shows so much and offers the rest. */
const SHOWN_AT_FIRST = 1500;
/** What is drawn in all: what is larger is a file, not a text. */
const MOST_SHOWN = 20_000;

export function Prose({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const long = text.length > SHOWN_AT_FIRST;
  const shown = long ? cut(text, all ? MOST_SHOWN : SHOWN_AT_FIRST) : text;
  return (
    <div class="prose-text" dir="auto">
      {drawn(piecesOf(shown))}
      {long && !all ? (
        <>
          {"… "}
          <button type="button" class="link-button" onClick={() => setAll(true)}>
            {t.readMore}
          </button>
        </>
      ) : null}
    </div>
  );
}

/** The first so many characters, no pair of surrogates torn apart. */
function cut(text: string, length: number): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}

const ELEMENTS: Record<Look, (pieces: ComponentChildren, text: string) => VNode> = {
  bold: (pieces) => <strong>{pieces}</strong>,
  italic: (pieces) => <em>{pieces}</em>,
  strike: (pieces) => <s>{pieces}</s>,
  code: (pieces) => <code>{pieces}</code>,
  block: (pieces) => <code class="block">{pieces}</code>,
  quote: (pieces) => <span class="quote">{pieces}</span>,
  item: (pieces) => <span class="item">{pieces}</span>,
  mention: (pieces) => <span class="mention">{pieces}</span>,
  link: (pieces, text) => (
    <a href={text.startsWith("www.") ? `https://${text}` : text} target="_blank" rel="noopener noreferrer">
      {pieces}
    </a>
  ),
};

function drawn(pieces: Piece[]): ComponentChildren {
  return pieces.map((piece) => (typeof piece === "string" ? piece : ELEMENTS[piece.look](drawn(piece.pieces), piece.pieces.filter((one) => typeof one === "string").join(""))));
}
