// A latitude or a longitude. Who pastes both at once, or a link of a map, has both filled in.
import type { Held } from "../kinds.ts";
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

const DEGREES = "(-?\\d{1,3}\\.\\d+)";
/** Two numbers, a geo: address, and the links of Google's, Apple's and OpenStreetMap's maps. */
const FORMS = [new RegExp(`^\\s*${DEGREES}\\s*[,;\\s]\\s*${DEGREES}\\s*$`), new RegExp(`(?:geo:|@|[?&](?:q|ll|query|sll)=)${DEGREES},(?:%20|\\+)?${DEGREES}`), new RegExp(`#map=[\\d.]+/${DEGREES}/${DEGREES}`)];

/** Both coordinates of a text that somebody copied from a map. */
export function coordinatesIn(text: string): { latitude: string; longitude: string } | undefined {
  for (const form of FORMS) {
    const [, latitude, longitude] = form.exec(text) ?? [];
    if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
  }
  return undefined;
}

