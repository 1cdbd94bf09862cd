// A file: its public address, or one of this machine by picker, drop or paste, with a small picture of it.
import type { Held } from "../kinds.ts";
import { useRef, useState } from "preact/hooks";
import { announce } from "../../shell/announce.tsx";
import { Icon } from "../../shell/icons.tsx";
import { size, t } from "../../words.ts";
import { heldOf, hold, touch } from "../draft.ts";
import { readFile } from "../file.ts";
import type { HeldMedia } from "../kinds.ts";
import { Below, useInput } from "./field.tsx";
import { apiNames } from "./field.tsx";
import type { FieldView } from "./index.tsx";

/** Counts choices, so that a file that was read slowly does not replace one chosen after it. */
let choice = 0;

/** Reads a file into the field. */
export async function takeFile(name: string, kind: "media" | "image" | "sticker", file: File): Promise<void> {
  choice += 1;
  const mine = choice;
  const put = (held: HeldMedia): void => {
    if (mine === choice) hold(name, held);
  };
  touch(name);
  const { url } = heldOf(name, kind);
  put({ url, reading: { name: file.name, done: 0 } });
  const picked = await readFile(file, (done) => put({ url, reading: { name: file.name, done } }));
  put({ url, file: picked });
  announce(picked.faults[0]?.message ?? t.file.read(picked.name, size(picked.bytes)));
}

/** `accept` is what the file picker offers first; whether a file fits is the package's to say. */
export function media(kind: "media" | "image" | "sticker", accept?: string): FieldView<Held["media"]> {
  return ({ name, held, required, words }) => {
    const { input, faulty } = useInput(name, required);
    const picker = useRef<HTMLInputElement>(null);
    const address = useRef<HTMLInputElement>(null);
    const [dragged, setDragged] = useState(false);
    const take = (file: File | null | undefined): void => {
      if (file) void takeFile(name, kind, file);
    };
    const remove = (): void => {
      choice += 1;
      hold(name, { url: held.url });
      requestAnimationFrame(() => address.current?.focus());
    };
    const { file, reading } = held;
    return (
      <div
        class={`field media ${faulty ? "faulty" : ""} ${dragged ? "dragged" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setDragged(true);
        }}
        onDragLeave={() => setDragged(false)}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setDragged(false);
          take(event.dataTransfer?.files[0]);
        }}
        onPaste={(event) => take(event.clipboardData?.files[0])}
      >
        <label class="label" for={input.id}>
          {words.label}
          {apiNames.value ? <code class="api-name">{name}</code> : null}
        </label>
        {reading ? (
          <div class="file" role="status">
            <span class="file-icon">
              <Icon name="upload" />
            </span>
            <span class="file-text">
              <b>{reading.name}</b>
              <progress max={1} value={reading.done} aria-label={t.file.reading(reading.name)} />
            </span>
          </div>
        ) : file ? (
          <div class="file">
            <span class="file-icon">{file.thumbnail ? <img class="thumbnail" src={file.thumbnail} alt="" /> : <Icon name="file" />}</span>
            <span class="file-text">
              <b dir="auto">{file.name}</b>
              <span>
                {file.type || t.file.unknownType}, {size(file.bytes)}
              </span>
            </span>
            <button type="button" class="icon-button" aria-label={t.file.remove(file.name)} title={t.file.remove(file.name)} onClick={remove}>
              <Icon name="close" />
            </button>
          </div>
        ) : (
          <div class="drop">
            <button type="button" class="drop-button" onClick={() => picker.current?.click()}>
              <Icon name="upload" />
              <span>
                <b>{t.file.choose}</b> {t.file.orDrop}
              </span>
            </button>
            <div class="drop-url">
              <span class="or">{t.file.orAddress}</span>
              <input
                {...input}
                ref={address}
                type="text"
                inputMode="url"
                autocomplete="off"
                spellcheck={false}
                placeholder={words.placeholder ?? "https://example.com/menu.pdf"}
                aria-label={t.file.address(words.label)}
                value={held.url}
                onInput={({ currentTarget }) => {
                  touch(name);
                  hold(name, { url: currentTarget.value });
                }}
              />
            </div>
          </div>
        )}
        <input ref={picker} type="file" accept={accept} class="visually-hidden" tabIndex={-1} aria-label={t.file.picker(words.label)} onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          currentTarget.value = "";
        }} />
        <Below path={name} id={input.id} hint={words.hint} />
      </div>
    );
  };
}
