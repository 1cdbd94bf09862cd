// What a message looks like in a chat, by its type: the same for the preview and for what was sent.
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../shell/icons.tsx";
import { size, t } from "../words.ts";
import { Prose } from "./prose.tsx";

/** What is known of a file that goes along. */
export interface ShownFile {
  name: string;
  type: string;
  bytes: number;
  thumbnail?: string;
}

interface ContentProps {
  message: { type?: unknown; [name: string]: unknown };
  file?: ShownFile | undefined;
}

export function Content({ message, file }: ContentProps) {
  const text = (name: string): string => textOf(message[name]);
  switch (message.type) {
    case "text":
      return <Prose text={text("message")} />;
    case "media":
    case "image":
      return <Media message={message} file={file} />;
    case "sticker":
      return file?.thumbnail ? <img class="sticker" src={file.thumbnail} alt={t.content.sticker} /> : <Card icon="sticker" title={t.content.sticker} note={file?.name ?? text("message")} />;
    case "location":
      return (
        <>
          <div class="map" aria-hidden="true">
            <Icon name="location" size={28} />
          </div>
          <p class="coordinates">{`${text("latitude") || "–"}, ${text("longitude") || "–"}`}</p>
          {text("text") ? <Prose text={text("text")} /> : null}
        </>
      );
    case "contact":
      return <Card icon="contact" title={text("message") || t.content.contact} note={t.content.contact} />;
    case "vcard":
      return <Card icon="vcard" title={textOf(member(message.message, "displayName")) || t.content.contact} note={phoneIn(textOf(member(message.message, "vcard")))} />;
    case "link":
      return (
        <>
          <Card icon="link" title={hostOf(text("message"))} note={text("message")} />
          {text("text") ? <Prose text={text("text")} /> : null}
        </>
      );
    case "poll":
      return <Poll question={text("message")} options={listOf(message.options).map(textOf)} single={message.onlyOne === true} />;
    case "buttons":
      return <WithButtons message={message} />;
    case "reaction":
      return <Note icon="reaction">{t.content.reaction(text("message") || "…")}</Note>;
    case "forward":
      return <Note icon="forward">{t.content.forward}</Note>;
    case "edit":
      return (
        <>
          <Prose text={text("message")} />
          <span class="edited">{t.content.edited}</span>
        </>
      );
    case "delete":
      return <Note icon="delete">{t.content.deleted}</Note>;
    case "product":
      return <Card icon="product" title={t.content.product} note={text("productId")} />;
    default:
      return <Note icon="info">{String(message.type)}</Note>;
  }
}

/** One line for a list of conversations. */
export function summaryOf(message: ContentProps["message"], file?: ShownFile): { icon?: IconName; text: string } {
  const text = textOf(message.message);
  switch (message.type) {
    case "text":
      return { text };
    case "media":
    case "image":
      return { icon: file?.type.startsWith("image/") || message.type === "image" ? "image" : "file", text: textOf(message.text) || file?.name || nameInUrl(text) || t.content.file };
    case "sticker":
      return { icon: "sticker", text: t.content.sticker };
    case "location":
      return { icon: "location", text: textOf(message.text) || t.content.location };
    case "contact":
      return { icon: "contact", text: text || t.content.contact };
    case "vcard":
      return { icon: "vcard", text: textOf(member(message.message, "displayName")) || t.content.contact };
    case "link":
      return { icon: "link", text: textOf(message.text) || text };
    case "poll":
      return { icon: "poll", text };
    case "reaction":
      return { icon: "reaction", text: t.content.reaction(text) };
    case "forward":
      return { icon: "forward", text: t.content.forward };
    case "edit":
      return { icon: "edit", text };
    case "delete":
      return { icon: "delete", text: t.content.deleted };
    case "product":
      return { icon: "product", text: t.content.product };
    default:
      return { text };
  }
}

function Media({ message, file }: ContentProps) {
  const address = textOf(message.message);
  const caption = textOf(message.text);
  const name = textOf(message.filename) || file?.name || nameInUrl(address);
  return (
    <>
      {file?.thumbnail ? (
        <img class="picture" src={file.thumbnail} alt={t.content.imageNamed(file.name)} />
      ) : (
        <Card icon={message.type === "image" ? "image" : "file"} title={name || t.content.file} note={file ? `${file.type || t.file.unknownType}, ${size(file.bytes)}` : hostOf(address)} />
      )}
      {caption ? <Prose text={caption} /> : null}
    </>
  );
}

function Poll({ question, options, single }: { question: string; options: string[]; single: boolean }) {
  return (
    <div class="poll">
      <p class="poll-question" dir="auto">
        {question || t.content.question}
      </p>
      <p class="poll-how">{single ? t.content.one : t.content.several}</p>
      <ul>
        {options.map((option, index) => (
          <li key={index} dir="auto">
            <span class={single ? "poll-mark" : "poll-mark several"} aria-hidden="true" />
            {option || t.poll.answer(index + 1)}
          </li>
        ))}
      </ul>
    </div>
  );
}

const BUTTON_ICONS: [string, IconName][] = [
  ["url", "external"],
  ["phoneNumber", "call"],
  ["code", "copy"],
  ["id", "reply"],
];

function WithButtons({ message }: ContentProps) {
  const [title, footer] = [textOf(message.title), textOf(message.footer)];
  return (
    <>
      {title ? (
        <p class="button-title" dir="auto">
          {title}
        </p>
      ) : null}
      <Prose text={textOf(message.message)} />
      {footer ? (
        <p class="button-footer" dir="auto">
          {footer}
        </p>
      ) : null}
      <ul class="button-list">
        {listOf(message.buttons).map((button, index) => (
          <li key={index}>
            <Icon name={BUTTON_ICONS.find(([name]) => member(button, name) !== undefined)?.[1] ?? "reply"} size={16} />
            <span dir="auto">{textOf(member(button, "text")) || t.buttons.text(index + 1)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Card({ icon, title, note }: { icon: IconName; title: string; note: string }) {
  return (
    <div class="card">
      <span class="card-icon">
        <Icon name={icon} />
      </span>
      <span class="card-text">
        <b dir="auto">{title}</b>
        {note ? <span dir="auto">{note}</span> : null}
      </span>
    </div>
  );
}

function Note({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <p class="note">
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </p>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address.slice(0, 100);
}

function nameInUrl(address: string): string {
  return URL.canParse(address) && !address.startsWith("data:") ? (new URL(address).pathname.split("/").at(-1) ?? "") : "";
}

function phoneIn(card: string): string {
  return /^TEL[^:]*:(.+)$/m.exec(card)?.[1]?.trim() ?? "";
}
