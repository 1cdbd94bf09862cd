// The JSON that goes out, folded; a file's base64 is shortened for the eye only.
import { computed, useSignal } from "@preact/signals";
import type { WireMessage } from "maytapi";
import type { VNode } from "preact";
import { chosen } from "../session/session.ts";
import { CopyButton } from "../shell/copy.tsx";
import { t } from "../words.ts";
import { checked, whole } from "./draft.ts";

const LONGEST_SHOWN = 160;

/** The message as it goes out: what was checked with a stand-in for the file has the file itself. */
const complete = computed<WireMessage | undefined>(() => {
  const { wire } = checked.value;
  const { message } = whole();
  return wire && typeof message === "string" && message.startsWith("data:") ? { ...wire, message } : wire;
});

/** Above this, colours would cost more than they tell. */
const LONGEST_COLOURED = 20_000;

export function Wire() {
  const open = useSignal(false);
  return (
    <details class="wire" onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>{t.wire.title}</summary>
      {open.value ? <Json /> : null}
    </details>
  );
}

function Json() {
  const wire = complete.value;
  const phone = chosen.value;
  const shortened = typeof wire?.message === "string" && wire.message.startsWith("data:") && wire.message.length > LONGEST_SHOWN;
  return (
    <>
      <div class="wire-head">
        <p class="wire-route">
          <b>POST</b> <code>{`/api/${encodeURIComponent(phone?.account ?? "")}/${encodeURIComponent(phone?.phone ?? "")}/sendMessage`}</code>
        </p>
        <CopyButton text={() => JSON.stringify(complete.value)} disabled={wire === undefined} />
      </div>
      {/* Scrolled by the keyboard too. */}
      <pre id="wire" class="json" tabIndex={0} aria-label={t.wire.json}>
        {wire ? coloured(JSON.stringify(wire, shorten, 2)) : t.wire.none}
      </pre>
      {shortened ? <p class="hint">{t.wire.shortened}</p> : null}
    </>
  );
}

function shorten(_key: string, value: unknown): unknown {
  return typeof value === "string" && value.length > LONGEST_SHOWN && value.startsWith("data:") ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

/** Names and values of pretty-printed JSON in colours of their own. */
function coloured(json: string): (VNode | string)[] {
  if (json.length > LONGEST_COLOURED) return [json];
  const parts: (VNode | string)[] = [];
  let end = 0;
  for (const match of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g)) {
    const [found, text, colon] = match;
    const kind = text === undefined ? "literal" : colon === undefined ? "string" : "name";
    parts.push(json.slice(end, match.index), <span class={kind}>{text ?? found}</span>, colon ?? "");
    end = match.index + found.length;
  }
  parts.push(json.slice(end));
  return parts;
}
