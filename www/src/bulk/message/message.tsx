// Step two, the message: its texts with fields in them, and what each person would see.
import { messageTypes } from "maytapi";
import { useId, useRef } from "preact/hooks";
import { FormatBar, formatByKey, insert } from "../../compose/fields/format-bar.tsx";
import { Icon } from "../../shell/icons.tsx";
import { fieldWords, typeWords } from "../../words.ts";
import { fieldNames, template, templateFaults, texts, type, TYPES } from "../draft.ts";
import { b } from "../words.ts";
import { TemplatePreview } from "./preview.tsx";

/** Fields that are texts of a few lines, and those that are one line. */
const TEXT_KINDS: Record<string, "lines" | "line"> = { text: "lines", image: "line", media: "line", url: "line", filename: "line" };

export function MessageStep() {
  const id = useId();
  const fields = messageTypes().find((one) => one.type === type.value)?.fields ?? [];
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.message.title}</h2>
      <div class="bulk-message">
        <div class="bulk-fields">
          <div class="field bulk-narrow">
            <label class="label" for={`${id}-type`}>
              {b.message.type}
            </label>
            <select id={`${id}-type`} name="type" value={type.value} onChange={({ currentTarget }) => (type.value = TYPES.find((one) => one === currentTarget.value) ?? "text")}>
              {TYPES.map((one) => (
                <option key={one} value={one}>
                  {typeWords(one)}
                </option>
              ))}
            </select>
          </div>
          {fields.map(({ name, kind, required }) => {
            const shape = TEXT_KINDS[kind];
            return shape ? <TextField key={`${type.value} ${name}`} name={name} shape={shape} required={required} /> : null;
          })}
          <p class="hint">{b.message.fallback}</p>
        </div>
        <TemplatePreview />
      </div>
    </section>
  );
}

function TextField({ name, shape, required }: { name: string; shape: "lines" | "line"; required: boolean }) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const words = fieldWords(type.value, name);
  const value = texts.value[type.value]?.[name] ?? "";
  // What is only missing yet is no fault before something was written.
  const faults = templateFaults.value.filter(({ path, code }) => path === name && (value !== "" || code !== "missing"));
  const put = (text: string): void => {
    texts.value = { ...texts.value, [type.value]: { ...texts.value[type.value], [name]: text } };
  };
  return (
    <div class="field">
      <label class="label" for={id}>
        {words.label}
        {required ? null : <span class="optional">{b.message.optional}</span>}
      </label>
      {shape === "lines" ? <FormatBar box={box} /> : null}
      <textarea
        ref={box}
        id={id}
        name={name}
        rows={shape === "lines" ? 6 : 1}
        dir="auto"
        value={value}
        placeholder={words.placeholder}
        aria-invalid={faults.length > 0 ? "true" : undefined}
        aria-describedby={`${id}-fault`}
        onInput={({ currentTarget }) => put(currentTarget.value)}
        onKeyDown={(event) => {
          if (shape === "lines" && box.current) formatByKey(event, box.current);
          else if (event.key === "Enter") event.preventDefault();
        }}
      />
      {fieldNames.value.length > 0 ? (
        <div class="chips" role="group" aria-label={b.message.insert}>
          {fieldNames.value.slice(0, 20).map((field) => (
            <button type="button" class="chip" key={field} aria-label={b.message.insertField(field)} onClick={() => box.current && insert(box.current, `{{${field}}}`)}>
              {`{{${field}}}`}
            </button>
          ))}
        </div>
      ) : null}
      <div class="fault" id={`${id}-fault`}>
        {faults.map(({ code, message }) => (
          <p class="sentence" key={code + message} data-code={code}>
            <Icon name="failed" size={16} />
            {message}
          </p>
        ))}
      </div>
    </div>
  );
}

/** Whether something is written that could be shown. */
export function hasMessage(): boolean {
  return Object.keys(template.value).length > 1;
}
