// Fields of one line or one box: text, numbers, ids, flags, an emoji.
import type { Held } from "../kinds.ts";
import { useRef } from "preact/hooks";
import { EmojiButton, OFTEN } from "../../text/emoji.tsx";
import { t } from "../../words.ts";
import { hold, touch } from "../draft.ts";
import { apiNames, Below, Field, useInput } from "./field.tsx";
import { FormatBar, formatByKey } from "./format-bar.tsx";
import type { FieldView } from "./index.tsx";

/** A text of one line. */
export function line(options: { inputMode?: "url" | "decimal" | "tel"; mono?: boolean } = {}): FieldView<Held["text"]> {
  return ({ name, held, required, words }) => (
    <Field path={name} words={words} required={required}>
      {(input) => (
        <input
          {...input}
          class={options.mono ? "mono" : undefined}
          type="text"
          dir="auto"
          inputMode={options.inputMode}
          autocapitalize="off"
          autocomplete="off"
          spellcheck={false}
          placeholder={words.placeholder}
          value={held}
          onInput={({ currentTarget }) => {
            touch(name);
            hold(name, currentTarget.value);
          }}
        />
      )}
    </Field>
  );
}

/** A text as people write it: of several lines, with a bar to format it. */
export const Prose: FieldView<Held["text"]> = ({ name, held, required, words }) => {
  const box = useRef<HTMLTextAreaElement>(null);
  return (
    <Field path={name} words={words} required={required}>
      {(input) => (
        <div class="prose">
          <textarea
            {...input}
            ref={box}
            dir="auto"
            rows={name === "message" ? 5 : 2}
            placeholder={words.placeholder}
            value={held}
            onKeyDown={(event) => formatByKey(event, event.currentTarget)}
            onInput={({ currentTarget }) => {
              touch(name);
              hold(name, currentTarget.value);
            }}
          />
          <FormatBar box={box} />
        </div>
      )}
    </Field>
  );
};

/** A choice of yes or no. */
export const Flag: FieldView<Held["flag"]> = ({ name, held, words }) => <Switch path={name} words={words} on={held} change={(on) => hold(name, on)} />;

export function Switch({ path, words, on, change }: { path: string; words: { label: string; hint?: string }; on: boolean; change: (on: boolean) => void }) {
  const { input } = useInput(path, false);
  return (
    <div class="field flag">
      <label class="flag-line" for={input.id}>
        <input {...input} type="checkbox" checked={on} onChange={({ currentTarget }) => change(currentTarget.checked)} />
        <span>
          {words.label}
          {apiNames.value ? <code class="api-name">{path}</code> : null}
        </span>
      </label>
      <Below path={path} id={input.id} hint={words.hint} />
    </div>
  );
}

/** One emoji, typed or picked. */
export const Emoji: FieldView<Held["emoji"]> = ({ name, held, required, words }) => {
  const pick = (emoji: string): void => {
    touch(name);
    hold(name, emoji);
  };
  return (
    <Field path={name} words={words} required={required}>
      {(input) => (
        <div class="emoji-line">
          <input {...input} class="emoji-input" type="text" autocomplete="off" value={held} onInput={({ currentTarget }) => pick(currentTarget.value)} />
          <div class="emoji-row" role="group" aria-label={t.emoji.often}>
            {OFTEN.map(({ emoji, words: called }) => (
              <button type="button" class="emoji" key={emoji} aria-label={called} title={called} onClick={() => pick(emoji)}>
                {emoji}
              </button>
            ))}
            <EmojiButton pick={pick} />
          </div>
        </div>
      )}
    </Field>
  );
};
