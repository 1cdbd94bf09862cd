// The names of the fields that people have, each a press away from the text where it is wanted.
import { insert } from "../../compose/fields/format-bar.tsx";
import { fieldNames } from "../draft.ts";
import { b } from "../words.ts";

/** A file may have hundreds of columns; the rest can be typed. */
const MOST = 20;

export function FieldChips({ into }: { into: () => HTMLInputElement | HTMLTextAreaElement | null }) {
  if (fieldNames.value.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label={b.message.insert}>
      {fieldNames.value.slice(0, MOST).map((field) => (
        <button
          type="button"
          class="chip"
          key={field}
          aria-label={b.message.insertField(field)}
          onClick={() => {
            const box = into();
            if (box) insert(box, `{{${field}}}`);
          }}
        >
          {`{{${field}}}`}
        </button>
      ))}
    </div>
  );
}
