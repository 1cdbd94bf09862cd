// Who receives it: typed in any spelling, shown as it will be used, or one of those written to before.
import { computed } from "@preact/signals";
import { validateRaw } from "maytapi";
import { Icon, type IconName } from "../shell/icons.tsx";
import { chats } from "../sent/store.ts";
import { fieldWords, t } from "../words.ts";
import { draft, touch } from "./draft.ts";
import { Field } from "./fields/field.tsx";

const MOST_RECENT = 4;

/** The recipient as Maytapi gets it; nothing while it is not one. */
export const used = computed<string | undefined>(() => {
  const { toNumber } = draft.value;
  if (toNumber.trim() === "") return undefined;
  const result = validateRaw({ type: "text", toNumber });
  return result.valid ? result.wire.to_number : undefined;
});

export function Recipient() {
  const { toNumber } = draft.value;
  const put = (value: string): void => {
    draft.value = { ...draft.value, toNumber: value };
  };
  const recent = toNumber === "" ? chats.value.slice(0, MOST_RECENT) : [];
  return (
    <Field path="toNumber" words={fieldWords("", "toNumber")} required class="recipient">
      {(input) => (
        <>
          <div class="recipient-line">
            <input
              {...input}
              type="text"
              inputMode="text"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              placeholder={fieldWords("", "toNumber").placeholder}
              value={toNumber}
              onInput={({ currentTarget }) => {
                touch("toNumber");
                put(currentTarget.value);
              }}
            />
            {used.value ? <Used id={used.value} /> : null}
          </div>
          {recent.length > 0 ? (
            <div class="recent" role="group" aria-label={t.compose.recent}>
              <span class="recent-label">{t.compose.recent}</span>
              {recent.map(({ chat, name }) => (
                <button type="button" class="chip" key={chat} onClick={() => put(chat)}>
                  {name}
                </button>
              ))}
            </div>
          ) : null}
        </>
      )}
    </Field>
  );
}

function Used({ id }: { id: string }) {
  const [icon, words] = kindOf(id);
  return (
    <output class="used" aria-label={t.compose.used(words, id)} title={t.compose.used(words, id)}>
      <Icon name={icon} size={16} />
      <span>{id}</span>
    </output>
  );
}

function kindOf(id: string): [IconName, string] {
  if (id.endsWith("@g.us")) return ["group", t.compose.group];
  if (id.endsWith("@newsletter")) return ["channel", t.compose.channel];
  return ["person", t.compose.person];
}
