// The fields of a template by their kind: texts in which people can differ, answers and buttons of such texts, flags.
import { signal } from "@preact/signals";
import type { Fault, FieldKind } from "maytapi";
import type { ComponentChildren, VNode } from "preact";
import { useId, useRef } from "preact/hooks";
import { FormatBar, formatByKey } from "../../compose/fields/format-bar.tsx";
import { Rows } from "../../compose/fields/rows.tsx";
import { ACTIONS, type Held, type HeldButton, isLong } from "../../compose/kinds.ts";
import { Icon } from "../../shell/icons.tsx";
import { fieldWords, t } from "../../words.ts";
import { heldOf, hold, type } from "../draft.ts";
import { FieldChips } from "./chips.tsx";
import { faultsAt } from "./faults.ts";

type View<H> = (props: { name: string; required: boolean; held: H }) => VNode;

const Text: View<string> = ({ held, ...props }) => <TextField {...props} text={held} long={isLong(props.name)} put={(text) => hold(props.name, text)} />;
/** A file is given by its address. */
const Address: View<Held["media"]> = ({ held, ...props }) => <TextField {...props} text={held.url} put={(url) => hold(props.name, { url })} />;

const VIEWS: Partial<{ [K in FieldKind]: View<Held[K]> }> = {
  text: Text,
  question: Text,
  filename: Text,
  url: Text,
  media: Address,
  image: Address,
  flag: Flag,
  poll_options: Options,
  buttons: Buttons,
};

/** One field of the chosen type. */
export function OwnField<K extends FieldKind>({ name, kind, required }: { name: string; kind: K; required: boolean }) {
  const View = VIEWS[kind] as View<Held[K]> | undefined;
  return View ? <View name={name} required={required} held={heldOf(name, kind)} /> : null;
}

/** Faults in their words. */
export function Sentences({ faults, id }: { faults: Fault[]; id?: string }) {
  return (
    <div class="fault" id={id}>
      {faults.map(({ code, message }) => (
        <p class="sentence" key={code + message} data-code={code}>
          <Icon name="failed" size={16} />
          <span>{message}</span>
        </p>
      ))}
    </div>
  );
}

function Label({ name, required }: { name: string; required: boolean }) {
  return (
    <>
      {fieldWords(type.value, name).label}
      {required ? null : <span class="optional">{t.optional}</span>}
    </>
  );
}

function TextField({ name, required, text, long = false, put }: { name: string; required: boolean; text: string; long?: boolean; put: (text: string) => void }) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const faults = faultsAt(name, text === "");
  return (
    <div class="field">
      <label class="label" for={id}>
        <Label name={name} required={required} />
      </label>
      {long ? <FormatBar box={box} /> : null}
      <textarea
        ref={box}
        id={id}
        name={name}
        rows={long ? 6 : 1}
        dir="auto"
        value={text}
        placeholder={fieldWords(type.value, name).placeholder}
        aria-invalid={faults.length > 0 ? "true" : undefined}
        aria-describedby={`${id}-fault`}
        onInput={({ currentTarget }) => put(currentTarget.value)}
        onKeyDown={(event) => {
          if (long && box.current) formatByKey(event, box.current);
          else if (event.key === "Enter") event.preventDefault();
        }}
      />
      <FieldChips into={() => box.current} />
      <Sentences faults={faults} id={`${id}-fault`} />
    </div>
  );
}

function Flag({ name, held }: { name: string; held: boolean }) {
  return (
    <label class="flag-line">
      <input type="checkbox" name={name} checked={held} onChange={({ currentTarget }) => hold(name, currentTarget.checked)} />
      <span>{fieldWords(type.value, name).label}</span>
    </label>
  );
}

/** A poll's answers. */
function Options({ name, held, required }: { name: string; held: string[]; required: boolean }) {
  return (
    <List name={name} required={required} isBlank={held.every((one) => one === "")}>
      <Rows held={held} fresh="" add={t.poll.add} remove={t.poll.remove} put={(rows) => hold(name, rows)}>
        {(option, index, put) => <Part path={`${name}[${index}]`} called={t.poll.answer(index + 1)} placeholder={t.poll.answer(index + 1)} text={option} put={put} />}
      </Rows>
    </List>
  );
}

/** A message's buttons. */
function Buttons({ name, held, required }: { name: string; held: HeldButton[]; required: boolean }) {
  const fresh: HeldButton = { text: "", action: "id", target: "" };
  return (
    <List name={name} required={required} isBlank={held.every(({ text, target }) => text === "" && target === "")}>
      <Rows held={held} fresh={fresh} add={t.buttons.add} remove={t.buttons.remove} put={(rows) => hold(name, rows)}>
        {(button, index, put) => <ButtonRow path={`${name}[${index}]`} n={index + 1} held={button} put={put} />}
      </Rows>
    </List>
  );
}

function ButtonRow({ path, n, held, put }: { path: string; n: number; held: HeldButton; put: (held: HeldButton) => void }) {
  const { action, text, target } = held;
  const { name, placeholder } = t.buttons.actions[action];
  return (
    <div class="button-row">
      <Part path={`${path}.text`} called={t.buttons.text(n)} placeholder={t.buttons.textPlaceholder} text={text} put={(news) => put({ ...held, text: news })} />
      <select name={`${path}.action`} aria-label={t.buttons.does(n)} value={action} onChange={({ currentTarget }) => put({ ...held, action: ACTIONS.find((one) => one === currentTarget.value) ?? "id" })}>
        {ACTIONS.map((one) => (
          <option value={one} key={one}>
            {t.buttons.actions[one].name}
          </option>
        ))}
      </select>
      <Part path={`${path}.${action}`} called={t.buttons.target(n, name)} placeholder={placeholder} text={target} put={(news) => put({ ...held, target: news })} />
    </div>
  );
}

/** Rows under one name. */
function List({ name, required, isBlank, children }: { name: string; required: boolean; isBlank: boolean; children: ComponentChildren }) {
  const id = useId();
  return (
    <fieldset class="field group" aria-describedby={`${id}-fault`}>
      <legend class="label">
        <Label name={name} required={required} />
      </legend>
      {children}
      <Sentences faults={faultsAt(name, isBlank)} id={`${id}-fault`} />
    </fieldset>
  );
}

/** The input of a row that was used last: beside it stand the chips, one press of Tab away, and nothing moves when the keyboard goes on to a button. */
const used = signal("");

function Part({ path, called, placeholder, text, put }: { path: string; called: string; placeholder: string; text: string; put: (text: string) => void }) {
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const faults = faultsAt(path, text === "");
  return (
    <div class="part">
      <input
        ref={box}
        type="text"
        name={path}
        dir="auto"
        autocomplete="off"
        aria-label={called}
        placeholder={placeholder}
        value={text}
        aria-invalid={faults.length > 0 ? "true" : undefined}
        aria-describedby={`${id}-fault`}
        onFocus={() => (used.value = path)}
        onInput={({ currentTarget }) => put(currentTarget.value)}
      />
      {used.value === path ? <FieldChips into={() => box.current} /> : null}
      <Sentences faults={faults} id={`${id}-fault`} />
    </div>
  );
}
