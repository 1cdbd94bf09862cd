// New: the form on one side, what a phone will show on the other, what is wrong and Send always in sight below.
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { stop, send } from "../sent/send.ts";
import type { SentFile, SentMessage } from "../sent/record.ts";
import { forget } from "../sent/store.ts";
import { askToSignIn } from "../session/connect.tsx";
import { standing } from "../session/session.ts";
import { online } from "../shell/bars.tsx";
import { announce } from "../shell/announce.tsx";
import { Icon } from "../shell/icons.tsx";
import { go } from "../shell/route.ts";
import { count, fieldWords, t, typeWords } from "../words.ts";
import { checked, clearSent, draft, heldOf, info, insist, ownsReplyTo, touch, whole } from "./draft.ts";
import { apiNames, Field } from "./fields/field.tsx";
import { OwnFields } from "./fields/index.tsx";
import { takeFile } from "./fields/media.tsx";
import { Switch } from "./fields/text.tsx";
import type { HeldMedia } from "./kinds.ts";
import { faultsOfNoPlace, firstFaulty } from "./places.ts";
import { Preview } from "./preview.tsx";
import { Recipient } from "./recipient.tsx";
import { TypePicker } from "./type-picker.tsx";
import { Wire } from "./wire.tsx";

/** The id of the send that is under way. */
const sending = signal<string | undefined>(undefined);

export function New() {
  const form = useRef<HTMLFormElement>(null);
  const submit = async (): Promise<void> => {
    if (sending.value || online.value === false) return;
    if (!checked.value.wire || reading()) {
      insist();
      requestAnimationFrame(() => focusFault(form.current));
      return;
    }
    if (standing.value.name !== "signedIn") {
      askToSignIn();
      return;
    }
    const outcome = await send(whole() as SentMessage, { file: fileOfDraft(), onStart: (id) => (sending.value = id) });
    sending.value = undefined;
    if (outcome === "signedOut") {
      askToSignIn();
    } else if (outcome === "noPhone") {
      announce(t.compose.noPhone);
    } else {
      if (draft.value.replaces !== undefined) forget(draft.value.replaces);
      clearSent();
      go("messages", outcome.chat);
    }
  };
  return (
    <main class="view new" id="main" tabIndex={-1}>
      <form
        id="form"
        ref={form}
        class="composer"
        noValidate
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" && sending.value) stop(sending.value);
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            form.current?.requestSubmit();
          }
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          const field = mediaField();
          const file = event.dataTransfer?.files[0];
          if (file && field) void takeFile(field.name, field.kind, file);
        }}
      >
        <div class="composer-fields">
          <h1>{t.compose.title}</h1>
          <Recipient />
          <TypePicker />
          <div class="fields" id="own-fields">
            <OwnFields />
          </div>
          <More />
          <Homeless />
          <Wire />
        </div>
        <Preview />
        <Footer />
      </form>
    </main>
  );
}

function More() {
  const { replyTo, skipFilter } = draft.value;
  return (
    <details class="more" open={replyTo !== "" || undefined}>
      <summary>{t.compose.options}</summary>
      <div class="fields">
        {ownsReplyTo.value ? null : (
          <Field path="replyTo" words={fieldWords("", "replyTo")} required={false}>
            {(input) => (
              <input
                {...input}
                class="mono"
                type="text"
                autocomplete="off"
                spellcheck={false}
                value={replyTo}
                onInput={({ currentTarget }) => {
                  touch("replyTo");
                  draft.value = { ...draft.value, replyTo: currentTarget.value };
                }}
              />
            )}
          </Field>
        )}
        <Switch
          path="skipFilter"
          words={fieldWords("", "skipFilter")}
          on={skipFilter}
          change={(on) => {
            draft.value = { ...draft.value, skipFilter: on };
          }}
        />
        <label class="flag-line">
          <input type="checkbox" checked={apiNames.value} onChange={({ currentTarget }) => (apiNames.value = currentTarget.checked)} />
          <span>{t.compose.apiNames}</span>
        </label>
      </div>
    </details>
  );
}

function Homeless() {
  const faults = faultsOfNoPlace();
  if (faults.length === 0) return null;
  return (
    <ul class="homeless">
      {faults.map(({ path, code, message }) => (
        <li key={path + code} class="sentence" data-code={code}>
          {path === "" ? message : `${path}: ${message}`}
        </li>
      ))}
    </ul>
  );
}

function Footer() {
  const { faults, wire } = checked.value;
  const id = sending.value;
  const offline = online.value === false;
  const state = offline ? t.bars.sendOff : reading() ? t.file.stillReading : wire ? t.compose.ready(typeWords(draft.value.type)) : count(faults.length, t.compose.gaps);
  return (
    <div class="composer-foot">
      <p class="form-state" id="form-state">
        {state}
      </p>
      {id ? (
        <button type="button" class="button" id="abort" onClick={() => stop(id)}>
          <Icon name="stop" size={18} />
          {t.compose.stop}
        </button>
      ) : null}
      {/* Not `disabled`: the keyboard would lose its place. */}
      <button type="submit" class="button primary" id="send" aria-disabled={id !== undefined || offline} aria-keyshortcuts="Control+Enter" aria-describedby="form-state">
        <Icon name="send" size={18} />
        {id ? t.compose.sending : t.compose.send}
      </button>
    </div>
  );
}

function reading(): boolean {
  const field = mediaField();
  return field !== undefined && (heldOf(field.name, field.kind) as HeldMedia).reading !== undefined;
}

function mediaField(): { name: string; kind: "media" | "image" | "sticker" } | undefined {
  for (const { name, kind } of info.value.fields) {
    if (kind === "media" || kind === "image" || kind === "sticker") return { name, kind };
  }
  return undefined;
}

function fileOfDraft(): SentFile | undefined {
  const field = mediaField();
  const file = field && (heldOf(field.name, field.kind) as HeldMedia).file;
  if (!file) return undefined;
  const { name, type, bytes, thumbnail } = file;
  return { name, type, bytes, ...(thumbnail === undefined ? {} : { thumbnail }) };
}

function focusFault(form: HTMLFormElement | null): void {
  const path = firstFaulty();
  const input = path === undefined ? null : form?.querySelector<HTMLElement>(`[name="${path}"]`);
  const details = input?.closest("details");
  if (details) details.open = true;
  (input ?? form?.querySelector<HTMLElement>(".faulty :is(input, textarea, button)"))?.focus();
}
