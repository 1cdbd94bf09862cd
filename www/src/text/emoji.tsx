// The emoji popover: all of Unicode's with their names, loaded when it is opened for the first time.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Icon } from "../shell/icons.tsx";
import { Popover } from "../shell/popover.tsx";
import { t } from "../words.ts";

/** The emoji that WhatsApp itself offers first. */
export const OFTEN = [
  { emoji: "👍", words: "thumbs up" },
  { emoji: "❤️", words: "heart" },
  { emoji: "😂", words: "laughing" },
  { emoji: "😮", words: "surprised" },
  { emoji: "😢", words: "crying" },
  { emoji: "🙏", words: "thank you" },
];

interface Group {
  name: string;
  emoji: { emoji: string; name: string }[];
}

const groups = signal<Group[] | "failed" | undefined>(undefined);

export function EmojiButton({ pick, label = t.emoji.choose }: { pick: (emoji: string) => void; label?: string }) {
  return (
    <Popover name={label} button={<Icon name="smile" size={16} />} buttonClass="icon-button small" panelClass="emoji-panel">
      {(close) => (
        <EmojiPanel
          pick={(emoji) => {
            close();
            pick(emoji);
          }}
        />
      )}
    </Popover>
  );
}

function EmojiPanel({ pick }: { pick: (emoji: string) => void }) {
  const [asked, setAsked] = useState("");
  if (groups.value === undefined) void load();
  const found = Array.isArray(groups.value) ? filtered(groups.value, asked) : [];
  return (
    <>
      <label class="search">
        <Icon name="search" size={16} />
        <input type="search" data-autofocus aria-label={t.emoji.search} placeholder={t.emoji.search} value={asked} onInput={({ currentTarget }) => setAsked(currentTarget.value)} />
      </label>
      <div class="emoji-groups" onKeyDown={moveInGrid}>
        {groups.value === "failed" ? <p class="empty-note">{t.emoji.failed}</p> : null}
        {Array.isArray(groups.value) && found.length === 0 ? <p class="empty-note">{t.emoji.none}</p> : null}
        {found.map(({ name, emoji }) => (
          <section key={name} aria-label={name} class="emoji-group">
            <h3>{name}</h3>
            <div class="emoji-grid">
              {emoji.map((one) => (
                <button type="button" class="emoji" key={one.emoji} title={one.name} aria-label={one.name} onClick={() => pick(one.emoji)}>
                  {one.emoji}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

async function load(): Promise<void> {
  try {
    const { default: lines } = await import("virtual:emoji");
    groups.value = parsed(lines);
  } catch {
    groups.value = "failed";
  }
}

function parsed(lines: string): Group[] {
  const all: Group[] = [];
  for (const line of lines.split("\n")) {
    const space = line.indexOf(" ");
    const [emoji, name] = [line.slice(0, space), line.slice(space + 1)];
    if (emoji === "#") all.push({ name, emoji: [] });
    else all.at(-1)?.emoji.push({ emoji, name });
  }
  return all;
}

function filtered(all: Group[], asked: string): Group[] {
  const words = asked.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  return all.map(({ name, emoji }) => ({ name, emoji: emoji.filter((one) => words.every((word) => one.name.toLowerCase().includes(word))) })).filter(({ emoji }) => emoji.length > 0);
}

/** Arrow keys go from emoji to emoji, up and down by the row as it is drawn. */
function moveInGrid(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button.emoji")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const top = all[at]?.offsetTop;
  const perRow = Math.max(1, all.filter((one) => one.offsetTop === top).length);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
}
