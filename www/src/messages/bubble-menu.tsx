// The menu of a message: reply, react, edit, forward, delete, copy its id, see its details.
import { ask, openDialog } from "../shell/dialog.tsx";
import { copyText } from "../shell/copy.tsx";
import { Icon } from "../shell/icons.tsx";
import { MenuItem, Popover } from "../shell/popover.tsx";
import { OFTEN } from "../text/emoji.tsx";
import { t } from "../words.ts";
import { forward, react, takeBack } from "./actions.ts";
import { Details } from "./details.tsx";
import { chatName, type Sent, textOf } from "../sent/record.ts";
import { startReply } from "./reply.tsx";

/** Messages whose text can be changed afterwards. */
const EDITABLE = new Set(["text"]);

export function BubbleMenu({ sent, deleted }: { sent: Sent; deleted: boolean }) {
  const { msgId } = sent;
  const isOwn = sent.state !== "received";
  const there = msgId !== undefined && !deleted;
  return (
    <Popover name={t.menu.name(textOf(sent.message.message).slice(0, 40) || t.typeNames[sent.message.type as keyof typeof t.typeNames] || sent.message.type)} role="menu" button={<Icon name="down" size={18} />} buttonClass="icon-button small bubble-menu">
      {(close) => {
        const item = (act: () => void) => () => {
          close();
          act();
        };
        return (
          <>
            {there ? (
              <>
                <div class="menu-emoji" role="group" aria-label={t.menu.react}>
                  {OFTEN.map(({ emoji, words }) => (
                    <button type="button" class="emoji" role="menuitem" tabIndex={-1} key={emoji} aria-label={t.menu.reactWith(words)} title={words} onClick={item(() => void react(sent, emoji))}>
                      {emoji}
                    </button>
                  ))}
                </div>
                <MenuItem icon="reply" act={item(() => startReply(sent, "reply"))}>
                  {t.menu.reply}
                </MenuItem>
                {isOwn && EDITABLE.has(sent.message.type) ? (
                  <MenuItem icon="edit" act={item(() => startReply(sent, "edit"))}>
                    {t.menu.edit}
                  </MenuItem>
                ) : null}
                <MenuItem icon="forward" act={item(() => forward(sent))}>
                  {t.menu.forward}
                </MenuItem>
                <MenuItem icon="copy" act={item(() => void copyText(msgId))}>
                  {t.menu.copyId}
                </MenuItem>
              </>
            ) : null}
            <MenuItem icon="info" act={item(() => openDialog({ title: t.details.title, wide: true, content: () => <Details sent={sent} /> }))}>
              {t.menu.details}
            </MenuItem>
            {there && isOwn ? (
              <MenuItem
                icon="delete"
                danger
                act={item(() => ask({ title: t.menu.delete, text: t.menu.deleteAsk(chatName(sent.chat)), yes: t.menu.delete, danger: true, act: () => void takeBack(sent) }))}
              >
                {t.menu.delete}
              </MenuItem>
            ) : null}
          </>
        );
      }}
    </Popover>
  );
}
