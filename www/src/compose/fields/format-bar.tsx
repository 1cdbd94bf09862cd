// Puts WhatsApp's marks around what is selected, and emoji where the cursor is.
import type { RefObject } from "preact";
import { Icon, type IconName } from "../../shell/icons.tsx";
import { EmojiButton } from "../../text/emoji.tsx";
import { t } from "../../words.ts";

const MARKS: { icon: IconName; mark: string; name: keyof typeof t.format; key?: string }[] = [
  { icon: "bold", mark: "*", name: "bold", key: "b" },
  { icon: "italic", mark: "_", name: "italic", key: "i" },
  { icon: "strike", mark: "~", name: "strike" },
  { icon: "code", mark: "```", name: "code" },
];

export function FormatBar({ box }: { box: RefObject<HTMLTextAreaElement | null> }) {
  return (
    <div class="format-bar" role="toolbar" aria-label={t.format.bar}>
      {MARKS.map(({ icon, mark, name }) => (
        <button type="button" class="icon-button small" key={name} aria-label={t.format[name]} title={t.format[name]} onClick={() => box.current && wrap(box.current, mark)}>
          <Icon name={icon} size={16} />
        </button>
      ))}
      <EmojiButton pick={(emoji) => box.current && insert(box.current, emoji)} />
    </div>
  );
}

/** Ctrl+B and Ctrl+I; tells whether the key was one of them. */
export function formatByKey(event: KeyboardEvent, box: HTMLTextAreaElement): boolean {
  if (!event.ctrlKey && !event.metaKey) return false;
  const found = MARKS.find(({ key }) => key === event.key.toLowerCase());
  if (!found) return false;
  event.preventDefault();
  wrap(box, found.mark);
  return true;
}

/** Marks what is selected, or takes the marks away where they are. */
function wrap(box: HTMLTextAreaElement, mark: string): void {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const { length } = mark;
  const marked = value.slice(start - length, start) === mark && value.slice(end, end + length) === mark;
  if (marked && start >= length) {
    box.setRangeText(value.slice(start, end), start - length, end + length, "select");
  } else {
    box.setRangeText(`${mark}${value.slice(start, end)}${mark}`, start, end, "preserve");
    box.setSelectionRange(start + length, end + length);
  }
  tell(box);
}

/** Puts a text in place of what is selected. */
export function insert(box: HTMLTextAreaElement | HTMLInputElement, text: string): void {
  box.setRangeText(text, box.selectionStart ?? box.value.length, box.selectionEnd ?? box.value.length, "end");
  tell(box);
}

function tell(box: HTMLTextAreaElement | HTMLInputElement): void {
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}
