// The message as a phone would show it, drawn from the same values as the form.
import { signal } from "@preact/signals";
import { Content } from "../text/content.tsx";
import { chatName, chatOf } from "../sent/record.ts";
import { Icon } from "../shell/icons.tsx";
import { t, time } from "../words.ts";
import { draft, heldOf, info, whole } from "./draft.ts";
import type { HeldMedia } from "./kinds.ts";
import { used } from "./recipient.tsx";

/** The time on the bubble: when the page was opened is as good as any. */
const now = signal(Date.now());

export function Preview() {
  const message = whole();
  const file = info.value.fields.map(({ name, kind }) => (isMedia(kind) ? (heldOf(name, kind) as HeldMedia).file : undefined)).find(Boolean);
  const { replyTo } = draft.value;
  const to = used.value;
  return (
    <section class="preview" aria-label={t.preview.title}>
      <div class="phone">
        <header class="phone-head">
          <span class="avatar" aria-hidden="true">
            <Icon name={to?.endsWith("@g.us") ? "group" : "person"} size={18} />
          </span>
          <span class="phone-to">{to ? chatName(chatOf(to)) : t.preview.nobody}</span>
        </header>
        <div class="wallpaper">
          <div class={message.type === "sticker" && file?.thumbnail ? "bubble bare" : "bubble"} id="preview">
            {replyTo !== "" && message.type !== "reaction" ? <p class="quoted">{t.preview.quoted}</p> : null}
            {isBlank(message) && !file ? <p class="preview-empty">{t.preview.empty}</p> : <Content message={message} file={file} />}
            <span class="bubble-foot">
              <time>{time(now.value)}</time>
            </span>
          </div>
        </div>
      </div>
      <p class="preview-note">{t.preview.note}</p>
    </section>
  );
}

function isMedia(kind: string): kind is "media" | "image" | "sticker" {
  return kind === "media" || kind === "image" || kind === "sticker";
}

/** Whether nothing is filled in that could be drawn. */
function isBlank({ type, message, latitude, productId }: Record<string, unknown>): boolean {
  if (type === "poll" || type === "vcard" || type === "delete" || type === "forward") return false;
  return (message ?? "") === "" && latitude === undefined && productId === undefined;
}
