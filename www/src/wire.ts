// Shows the JSON that goes out. A file's base64 is shortened for the eye only.
import type { WireMessage } from "maytapi";
import { byId, h } from "./dom.ts";

const LONGEST_SHOWN = 160;

/** Shows a message's JSON, or that there is none yet. `full` gives the whole of it, for copying. */
export function showWire(wire: WireMessage | undefined, full: () => WireMessage | undefined): void {
  const box = byId("wire", HTMLPreElement);
  const note = byId("wire-note", HTMLElement);
  const copy = byId("copy-wire", HTMLButtonElement);
  copy.disabled = wire === undefined;
  box.classList.toggle("pending", wire === undefined);
  if (!wire) {
    note.hidden = true;
    box.textContent = "Nothing yet: the message has faults or gaps.";
    return;
  }
  const shown = full() ?? wire;
  let shortened = false;
  const text = JSON.stringify(
    shown,
    (_key, value: unknown) => {
      if (typeof value !== "string" || !value.startsWith("data:") || value.length <= LONGEST_SHOWN) return value;
      shortened = true;
      return `${value.slice(0, LONGEST_SHOWN)}…`;
    },
    2,
  );
  box.replaceChildren(...coloured(text));
  note.hidden = !shortened;
  note.textContent = "The file's base64 is shortened here; it goes out whole.";
  copy.onclick = () => {
    void navigator.clipboard.writeText(JSON.stringify(shown)).then(
      () => flash(copy, "Copied"),
      () => flash(copy, "Not allowed"),
    );
  };
}

/** Names and values of pretty-printed JSON in colours of their own. */
function coloured(json: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const match of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g)) {
    const [whole, text, colon] = match;
    nodes.push(document.createTextNode(json.slice(end, match.index)));
    const kind = text === undefined ? "literal" : colon === undefined ? "string" : "name";
    nodes.push(h("span", { class: kind }, text ?? whole), document.createTextNode(colon ?? ""));
    end = match.index + whole.length;
  }
  nodes.push(document.createTextNode(json.slice(end)));
  return nodes;
}

function flash(element: HTMLElement, text: string): void {
  element.textContent = text;
  setTimeout(() => {
    element.textContent = "Copy";
  }, 1500);
}
