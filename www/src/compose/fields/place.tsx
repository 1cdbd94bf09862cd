// A latitude or a longitude. Who pastes both at once, or a link of a map, has both filled in.
import type { Held } from "../kinds.ts";
import { coordinatesIn } from "../coordinates.ts";
import { hold, touch } from "../draft.ts";
import { Field } from "./field.tsx";
import type { FieldView } from "./index.tsx";

export const Degrees: FieldView<Held["latitude"]> = ({ name, held, required, words }) => (
  <Field path={name} words={words} required={required}>
    {(input) => (
      <input
        {...input}
        type="text"
        inputMode="text"
        autocomplete="off"
        placeholder={words.placeholder}
        value={held}
        onPaste={(event) => {
          const both = coordinatesIn(event.clipboardData?.getData("text") ?? "");
          if (!both) return;
          event.preventDefault();
          for (const [field, degrees] of Object.entries(both)) {
            touch(field);
            hold(field, degrees);
          }
        }}
        onInput={({ currentTarget }) => {
          touch(name);
          hold(name, currentTarget.value);
        }}
      />
    )}
  </Field>
);
