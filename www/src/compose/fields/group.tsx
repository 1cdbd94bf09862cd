// Fields that are objects: a contact card, a sticker's size.
import type { Held } from "../kinds.ts";
import { t } from "../../words.ts";
import { hold, touch } from "../draft.ts";
import { cardOf, type HeldCard } from "../kinds.ts";
import { Field, Group, type Words } from "./field.tsx";
import type { FieldView } from "./index.tsx";

/** A contact card: written from name and number, or as its text. */
export const Card: FieldView<Held["vcard"]> = ({ name, held, required, words }) => {
  const put = (news: Partial<HeldCard>): void => hold(name, { ...held, ...news });
  const asText = held.vcard !== undefined;
  const part = (key: "displayName" | "phone" | "organisation" | "email", path: string, needed: boolean, partWords: Words) => (
    <Field path={path} words={partWords} required={needed}>
      {(input) => (
        <input
          {...input}
          type="text"
          dir="auto"
          autocomplete="off"
          inputMode={key === "phone" ? "tel" : key === "email" ? "email" : "text"}
          placeholder={partWords.placeholder}
          value={held[key]}
          onInput={({ currentTarget }) => {
            touch(path);
            put({ [key]: currentTarget.value });
          }}
        />
      )}
    </Field>
  );
  const { vcard: _, ...written } = held;
  return (
    <Group path={name} words={words} required={required}>
      {part("displayName", `${name}.displayName`, true, t.card.name)}
      {asText ? (
        <Field path={`${name}.vcard`} words={t.card.text} required>
          {(input) => (
            <textarea
              {...input}
              class="mono"
              rows={6}
              dir="ltr"
              spellcheck={false}
              placeholder={t.card.text.placeholder}
              value={held.vcard ?? ""}
              onInput={({ currentTarget }) => {
                touch(`${name}.vcard`);
                put({ vcard: currentTarget.value });
              }}
            />
          )}
        </Field>
      ) : (
        <>
          {part("phone", `${name}.vcard`, true, t.card.phone)}
          <div class="pair">
            {part("organisation", `${name}.organisation`, false, t.card.organisation)}
            {part("email", `${name}.email`, false, t.card.email)}
          </div>
        </>
      )}
      <button type="button" class="button small" onClick={() => (asText ? hold(name, written) : put({ vcard: cardOf(held) }))}>
        {asText ? t.card.byFields : t.card.byText}
      </button>
    </Group>
  );
};

/** Width and height, in pixels. */
export const Size: FieldView<Held["sticker_size"]> = ({ name, held, required, words }) => (
  <Group path={name} words={words} required={required} class="pair">
    {(["width", "height"] as const).map((side) => (
      <Field path={`${name}.${side}`} words={t.size[side]} required key={side}>
        {(input) => (
          <input
            {...input}
            type="text"
            inputMode="numeric"
            autocomplete="off"
            placeholder="512"
            value={held[side]}
            onInput={({ currentTarget }) => {
              touch(`${name}.${side}`);
              hold(name, { ...held, [side]: currentTarget.value });
            }}
          />
        )}
      </Field>
    ))}
  </Group>
);
