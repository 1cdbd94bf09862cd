// Messages: the conversations of the phone, and the one that is open.
import { chosen } from "../session/session.ts";
import { ask } from "../shell/dialog.tsx";
import { Icon } from "../shell/icons.tsx";
import { MenuItem, Popover } from "../shell/popover.tsx";
import { moveByArrows } from "../shell/roving.ts";
import { linkTo, route } from "../shell/route.ts";
import { summaryOf } from "../text/content.tsx";
import { count, shortTime, t } from "../words.ts";
import { LiveState } from "./live-state.tsx";
import { chats, clearAll, type Chat } from "../sent/store.ts";
import { StateIcon } from "./state.tsx";
import { Thread } from "./thread.tsx";

export function Messages() {
  const [open] = route.value.rest;
  const list = chats.value;
  const chat = list.find((one) => one.chat === open);
  if (list.length === 0) return <Empty />;
  return (
    <main class={`view messages ${chat ? "has-thread" : ""}`} id="main" tabIndex={-1}>
      <section class="conversations" aria-label={t.messages.conversations}>
        <header class="pane-head">
          <h1 class="pane-title">{t.messages.title}</h1>
          <LiveState />
          <Options />
        </header>
        <ul class="conversation-list" onKeyDown={moveByArrows}>
          {list.map((one, index) => (
            <Conversation key={one.chat} chat={one} open={one === chat} stop={chat ? one === chat : index === 0} />
          ))}
        </ul>
        <p class="kept-note">{t.messages.kept}</p>
      </section>
      {chat ? <Thread key={`${chosen.value?.phone} ${chat.chat}`} chat={chat} /> : <NoThread wanted={open} />}
    </main>
  );
}

function Conversation({ chat: { chat, name, last, unread, failed }, open, stop }: { chat: Chat; open: boolean; stop: boolean }) {
  const { icon, text } = summaryOf(last.message, last.file);
  return (
    <li>
      <a class={unread > 0 ? "conversation unread" : "conversation"} href={linkTo("messages", chat)} aria-current={open ? "true" : undefined} data-item tabIndex={stop ? 0 : -1}>
        <span class="avatar" aria-hidden="true">
          <Icon name={chat.endsWith("@g.us") ? "group" : chat.endsWith("@newsletter") ? "channel" : "person"} />
        </span>
        <span class="conversation-name" dir="auto">
          {name}
        </span>
        <time class="conversation-time" dateTime={new Date(last.at).toISOString()}>
          {shortTime(last.at, Date.now())}
        </time>
        <span class="conversation-last">
          <StateIcon state={last.state} />
          {icon ? <Icon name={icon} size={16} /> : null}
          <span class="conversation-text" dir="auto">
            {text.slice(0, 120)}
          </span>
        </span>
        <span class="conversation-badges">
          <Badge n={failed} words={t.messages.needLook} />
          <Badge n={unread} words={t.messages.unread} news />
        </span>
      </a>
    </li>
  );
}

/** A number with what it counts; nothing where there is none. */
function Badge({ n, words, news = false }: { n: number; words: { one: string; other: string }; news?: boolean }) {
  if (n === 0) return null;
  return (
    <span class={news ? "badge badge-news" : "badge"} title={count(n, words)}>
      <span aria-hidden="true">{n > 99 ? "99+" : n}</span>
      <span class="visually-hidden">{count(n, words)}</span>
    </span>
  );
}

function Options() {
  return (
    <Popover name={t.messages.options} role="menu" button={<Icon name="more" />}>
      {(close) => (
        <MenuItem
          icon="delete"
          danger
          act={() => {
            close();
            ask({ title: t.messages.clear, text: t.messages.clearAsk, yes: t.messages.clearYes, danger: true, act: clearAll });
          }}
        >
          {t.messages.clear}
        </MenuItem>
      )}
    </Popover>
  );
}

function Empty() {
  return (
    <main class="view empty" id="main" tabIndex={-1}>
      <div class="empty-card">
        <span class="empty-icon">
          <Icon name="messages" size={32} />
        </span>
        <h1>{t.messages.none}</h1>
        <p>{t.messages.noneText}</p>
        <a class="button primary" href={linkTo("new")}>
          {t.messages.write}
        </a>
      </div>
    </main>
  );
}

function NoThread({ wanted }: { wanted: string | undefined }) {
  return (
    <section class="no-thread" aria-label={t.messages.thread}>
      <span class="empty-icon">
        <Icon name="messages" size={32} />
      </span>
      <p>{wanted ? t.messages.gone : t.messages.choose}</p>
    </section>
  );
}
