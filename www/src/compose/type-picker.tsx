// Which type of message: the five that are sent most as a row, the others behind "More".
import { type MessageType, messageTypes } from "maytapi";
import { useId } from "preact/hooks";
import { Icon, type IconName, isIcon } from "../shell/icons.tsx";
import { MenuItem, Popover } from "../shell/popover.tsx";
import { t, typeWords } from "../words.ts";
import { maySend } from "../session/session.ts";
import { chooseType, draft } from "./draft.ts";

const FIRST: MessageType[] = ["text", "media", "location", "poll", "buttons"];

export function TypePicker() {
  const id = useId();
  const { type } = draft.value;
  const all = allowedTypes();
  const first = FIRST.filter((one) => all.includes(one));
  const rest = all.filter((one) => !first.includes(one));
  const shown = first.includes(type) || !all.includes(type) ? first : [...first, type];
  if (all.length === 0) return <p class="notice">{t.compose.noType}</p>;
  return (
    <fieldset class="types">
      <legend class="visually-hidden">{t.compose.type}</legend>
      <div class="type-row" id="types">
        {shown.map((one) => (
          <span class="type" key={one}>
            <input type="radio" name="type" id={`${id}-${one}`} value={one} checked={one === type} onChange={() => chooseType(one)} />
            <label for={`${id}-${one}`}>
              <Icon name={iconOf(one)} />
              <span>{typeWords(one)}</span>
            </label>
          </span>
        ))}
        {rest.length === 0 ? null : (
          <Popover
            name={t.compose.moreTypes}
            role="menu"
            buttonClass="type-more"
            button={
              <>
                <Icon name="more" />
                <span>{t.compose.more}</span>
              </>
            }
          >
            {(close) =>
              rest.map((one) => (
                <MenuItem
                  key={one}
                  icon={iconOf(one)}
                  checked={one === type}
                  act={() => {
                    chooseType(one);
                    close();
                  }}
                >
                  {typeWords(one)}
                </MenuItem>
              ))
            }
          </Popover>
        )}
      </div>
    </fieldset>
  );
}

/** The types that the caller may send. */
export function allowedTypes(): MessageType[] {
  return messageTypes()
    .map(({ type }) => type)
    .filter(maySend);
}

/** The outline of the type's own name, where there is one. */
export function iconOf(type: MessageType): IconName {
  return isIcon(type) ? type : "buttons";
}
