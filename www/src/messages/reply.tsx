// The line below a thread: write the next text, answer one above, or change one that was sent. Everything else is made in New.
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { begin } from "../compose/draft.ts";
import { formatByKey, insert } from "../compose/fields/format-bar.tsx";
import { askToSignIn } from "../session/connect.tsx";
import { standing } from "../session/session.ts";
import { online } from "../shell/bars.tsx";
import { Icon } from "../shell/icons.tsx";
import { go } from "../shell/route.ts";
import { summaryOf } from "../text/content.tsx";
import { EmojiButton } from "../text/emoji.tsx";
import { t } from "../words.ts";
import { type Sent, textOf } from "../sent/record.ts";
import { send } from "../sent/send.ts";

interface About {
  how: "reply" | "edit";
  sent: Sent;
}

/** What is written for each chat, kept while somebody looks elsewhere. */
const texts = signal<Record<string, string>>({});
/** The message that is answered or changed, by chat. */
const abouts = signal<Record<string, About | undefined>>({});

/** Answers a message, or changes its text, in the line below its thread. */
export function startReply(sent: Sent, how: About["how"]): void {
  abouts.value = { ...abouts.value, [sent.chat]: { how, sent } };
  if (how === "edit") texts.value = { ...texts.value, [sent.chat]: textOf(sent.message.message) };
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#reply")?.focus());
}

export function Reply({ chat }: { chat: string }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const text = texts.value[chat] ?? "";
  const about = abouts.value[chat];
  const put = (news: string): void => {
    texts.value = { ...texts.value, [chat]: news };
  };
  const drop = (): void => {
    abouts.value = { ...abouts.value, [chat]: undefined };
    box.current?.focus();
  };
  const submit = async (): Promise<void> => {
    if (text.trim() === "" || !online.value) return;
    if (standing.value.name !== "signedIn") return askToSignIn();
    put("");
    drop();
    const message =
      about?.how === "edit"
        ? { type: "edit", toNumber: chat, message: text, replyTo: about.sent.msgId }
        : { type: "text", toNumber: chat, message: text, ...(about ? { replyTo: about.sent.msgId } : {}) };
    if ((await send(message)) !== "signedOut") return;
    // Nothing went out: what was written comes back.
    put(text);
    abouts.value = { ...abouts.value, [chat]: about };
    askToSignIn();
  };
  return (
    <form
      class="reply"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {about ? (
        <div class="reply-about">
          <Icon name={about.how} size={16} />
          <p>
            <b>{t.reply[about.how]}</b> <span dir="auto">{summaryOf(about.sent.message, about.sent.file).text.slice(0, 120)}</span>
          </p>
          <button type="button" class="icon-button small" aria-label={t.cancel} title={t.cancel} onClick={drop}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ) : null}
      <div class="reply-line">
        <button
          type="button"
          class="icon-button"
          aria-label={t.reply.other}
          title={t.reply.other}
          onClick={() => {
            begin({ toNumber: chat, type: "media" });
            go("new");
          }}
        >
          <Icon name="plus" />
        </button>
        <textarea
          ref={box}
          id="reply"
          rows={1}
          dir="auto"
          aria-label={t.reply.label}
          placeholder={t.reply.placeholder}
          value={text}
          onInput={({ currentTarget }) => put(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && about) drop();
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
              event.preventDefault();
              void submit();
            } else if (box.current) {
              formatByKey(event, box.current);
            }
          }}
        />
        <EmojiButton pick={(emoji) => box.current && insert(box.current, emoji)} />
        <button type="submit" class="icon-button send-button" aria-label={t.compose.send} title={t.compose.send} aria-disabled={text.trim() === "" || !online.value}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
