// Fields that are lists with rows to add and to take out: a poll's answers, a message's buttons.
import type { Held } from "../kinds.ts";
import { t } from "../../words.ts";
import { hold, touch } from "../draft.ts";
import { ACTIONS, type HeldButton } from "../kinds.ts";
import { Below, Group, useInput } from "./field.tsx";
import type { FieldView } from "./index.tsx";
import { Rows } from "./rows.tsx";

/** A poll's answers. */
const Options: FieldView<Held["poll_options"]> = ({ name, held, required, words }) => (
  <Group path={name} words={words} required={required}>
    <Rows held={held} fresh="" add={t.poll.add} remove={t.poll.remove} put={(rows) => hold(name, rows)}>
      {(option, index, put) => <Answer path={`${name}[${index}]`} index={index} value={option} put={put} />}
    </Rows>
  </Group>
);

/** A message's buttons. */
const Buttons: FieldView<Held["buttons"]> = ({ name, held, required, words }) => (
  <Group path={name} words={words} required={required}>
    <Rows held={held} fresh={{ text: "", action: "id", target: "" } satisfies HeldButton as HeldButton} add={t.buttons.add} remove={t.buttons.remove} put={(rows) => hold(name, rows)}>
      {(button, index, put) => <ButtonRow path={`${name}[${index}]`} index={index} held={button} put={put} />}
    </Rows>
  </Group>
);

/** By the kind of field. */
export const LIST_VIEWS = { poll_options: Options, buttons: Buttons };

function Answer({ path, index, value, put }: { path: string; index: number; value: string; put: (value: string) => void }) {
  return (
    <Part path={path} name={t.poll.answer(index + 1)} placeholder={t.poll.answer(index + 1)} value={value} put={put} />
  );
}

function ButtonRow({ path, index, held, put }: { path: string; index: number; held: HeldButton; put: (held: HeldButton) => void }) {
  const { action } = held;
  return (
    <div class="button-row">
      <Part path={`${path}.text`} name={t.buttons.text(index + 1)} placeholder={t.buttons.textPlaceholder} value={held.text} put={(text) => put({ ...held, text })} />
      <select
        name={`${path}.action`}
        aria-label={t.buttons.does(index + 1)}
        value={action}
        onChange={({ currentTarget }) => put({ ...held, action: ACTIONS.find((one) => one === currentTarget.value) ?? "id" })}
      >
        {ACTIONS.map((one) => (
          <option value={one} key={one}>
            {t.buttons.actions[one].name}
          </option>
        ))}
      </select>
      <Part
        path={`${path}.${action}`}
        name={t.buttons.target(index + 1, t.buttons.actions[action].name)}
        placeholder={t.buttons.actions[action].placeholder}
        value={held.target}
        put={(target) => put({ ...held, target })}
      />
      <Below path={path} id={path} />
    </div>
  );
}

function Part({ path, name, placeholder, value, put }: { path: string; name: string; placeholder: string; value: string; put: (value: string) => void }) {
  const { input, faulty } = useInput(path, true);
  return (
    <div class={faulty ? "part faulty" : "part"}>
      <input
        {...input}
        type="text"
        dir="auto"
        autocomplete="off"
        aria-label={name}
        placeholder={placeholder}
        value={value}
        onInput={({ currentTarget }) => {
          touch(path);
          put(currentTarget.value);
        }}
      />
      <Below path={path} id={input.id} />
    </div>
  );
}
