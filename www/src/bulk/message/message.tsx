// Step two, the message: its texts with fields in them, and what each person would see.
import { useId } from "preact/hooks";
import { maySend } from "../../session/session.ts";
import { typeWords } from "../../words.ts";
import { fields, template, type, TYPES } from "../draft.ts";
import { b } from "../words.ts";
import { faultsElsewhere } from "./faults.ts";
import { OwnField, Sentences } from "./fields.tsx";
import { TemplatePreview } from "./preview.tsx";
import { lengthOf } from "./template.ts";

export function MessageStep() {
  const id = useId();
  const types = TYPES.filter((one) => one === type.value || maySend(one));
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.message.title}</h2>
      <div class="bulk-message">
        <div class="bulk-fields">
          <div class="field bulk-narrow">
            <label class="label" for={`${id}-type`}>
              {b.message.type}
            </label>
            <select id={`${id}-type`} name="type" value={type.value} onChange={({ currentTarget }) => (type.value = types.find((one) => one === currentTarget.value) ?? "text")}>
              {types.map((one) => (
                <option key={one} value={one}>
                  {typeWords(one)}
                </option>
              ))}
            </select>
          </div>
          {fields.value.map((field) => (
            <OwnField key={`${type.value} ${field.name}`} {...field} />
          ))}
          <Sentences faults={faultsElsewhere()} />
          <p class="hint">{b.message.fallback}</p>
        </div>
        <TemplatePreview />
      </div>
    </section>
  );
}

/** Whether something is written that could be shown. */
export function hasMessage(): boolean {
  return lengthOf({ ...template.value, type: "" }) > 0;
}
