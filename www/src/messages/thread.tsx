// One conversation: what was sent, day by day, and a line to write the next.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { now } from "../shell/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { linkTo } from "../shell/route.ts";
import { visible } from "../shell/visible.ts";
import { count, day, sameDay, t } from "../words.ts";
import { Bubble } from "./bubble.tsx";
import { Reply } from "./reply.tsx";
import { folded } from "../sent/fold.ts";
import { isFollowed } from "./live-state.tsx";
import { silentFor } from "../sent/record.ts";
import { type Chat, see } from "../sent/store.ts";

/** Older ones come when asked for: find in page, readers and memory stay well. */
const PAGE = 50;
/** So near to the end somebody reads what is newest. */
const NEAR_END = "160px";

export function Thread({ chat: whole }: { chat: Chat }) {
  const { chat, name, number, messages, unread } = whole;
  const [pages, setPages] = useState(1);
  const scroller = useRef<HTMLDivElement>(null);
  const all = folded(messages);
  const shown = all.slice(-PAGE * pages);
  const hidden = all.length - shown.length;
  const newest = messages.at(-1);
  // Said once, at the last of them, for all.
  const silent = isFollowed() ? all.flatMap(({ sent }) => (silentFor(sent, now.value) === undefined ? [] : [sent])) : [];
  const list = useRef<HTMLOListElement>(null);
  const end = useRef<HTMLDivElement>(null);
  /** Whether the end is kept in sight: until somebody reads further up, and again with what is newest. */
  const atEnd = useRef(true);
  const isSeen = unread > 0 && visible.value;
  useEffect(() => {
    if (isSeen) see(whole);
  }, [isSeen, unread]);
  useLayoutEffect(() => {
    atEnd.current = true;
    toEnd(scroller.current);
  }, [newest?.id]);
  useLayoutEffect(() => {
    // What is drawn first has only its likely height, and pictures come later.
    const grown = new ResizeObserver(() => {
      if (atEnd.current) toEnd(scroller.current);
    });
    // An observer, since asking for heights at each scroll would have all of it laid out then and there.
    const seen = new IntersectionObserver((entries) => (atEnd.current = entries.at(-1)?.isIntersecting ?? false), { root: scroller.current, rootMargin: NEAR_END });
    if (list.current) grown.observe(list.current);
    if (end.current) seen.observe(end.current);
    return () => {
      grown.disconnect();
      seen.disconnect();
    };
  }, []);
  const earlier = (): void => {
    const box = scroller.current;
    const fromEnd = box ? box.scrollHeight - box.scrollTop : 0;
    atEnd.current = false;
    setPages(pages + 1);
    // What was read stays where it was.
    requestAnimationFrame(() => {
      if (box) box.scrollTop = box.scrollHeight - fromEnd;
    });
  };
  return (
    <section class="thread" aria-label={t.messages.with(name)}>
      <header class="pane-head">
        <a class="icon-button thread-back" href={linkTo("messages")} aria-label={t.messages.back} title={t.messages.back}>
          <Icon name="back" />
        </a>
        <span class="avatar" aria-hidden="true">
          <Icon name={chat.endsWith("@g.us") ? "group" : chat.endsWith("@newsletter") ? "channel" : "person"} />
        </span>
        <h2 class="pane-title" dir="auto">
          {name}
          {number ? <span class="pane-note"> {number}</span> : null}
        </h2>
      </header>
      <div class="thread-body wallpaper">
        <div class="thread-scroll" ref={scroller} tabIndex={0} aria-label={t.messages.with(name)} role="log" aria-live="off">
          {hidden > 0 ? (
            <button type="button" class="button small earlier" onClick={earlier}>
              {count(Math.min(hidden, PAGE), t.messages.earlier)}
            </button>
          ) : null}
          <ol class="bubbles" ref={list}>
            {shown.map((one, index) => {
              const before = shown[index - 1];
              const first = !before || !sameDay(before.sent.at, one.sent.at);
              return (
                <li key={one.sent.id} class={first ? "bubble-item first-of-day" : "bubble-item"}>
                  {first ? <p class="day">{day(one.sent.at, Date.now())}</p> : null}
                  <Bubble shown={one} silent={one.sent === silent.at(-1) ? silent : undefined} />
                </li>
              );
            })}
          </ol>
          <div ref={end} class="thread-end" />
        </div>
      </div>
      <Reply chat={chat} />
    </section>
  );
}

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}
