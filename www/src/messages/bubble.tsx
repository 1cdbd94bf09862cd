// One message of a thread: what it shows, how it stands, why it failed and the one thing that is safe to do about it.
import { health } from "../phones/health.ts";
import { WebhookSetup } from "../phones/webhook.tsx";
import { askToSignIn } from "../session/connect.tsx";
import { keyOf, standing } from "../session/session.ts";
import { Icon } from "../shell/icons.tsx";
import { Content } from "../text/content.tsx";
import { now } from "../shell/clock.ts";
import { linkTo } from "../shell/route.ts";
import { lasting, t, time, whole } from "../words.ts";
import { BubbleMenu } from "./bubble-menu.tsx";
import { editAndSend } from "./actions.ts";
import type { Shown } from "../sent/fold.ts";
import { lookFirst } from "./look-first.tsx";
import { type Next, nextFor, type Sent, silentFor, textOf } from "../sent/record.ts";
import { sendAgain, stop } from "../sent/send.ts";
import { StateIcon } from "./state.tsx";

/** `silent`: of which the phone says nothing, where this one is the last of them. */
export function Bubble({ shown, silent }: { shown: Shown; silent: Sent[] | undefined }) {
  const { sent, reaction, edited } = shown;
  const deleted = shown.deleted === true || sent.state === "deleted";
  const bare = sent.message.type === "sticker" && sent.file?.thumbnail !== undefined;
  const message = deleted ? { type: "delete" } : edited === undefined ? sent.message : { ...sent.message, type: "edit", message: edited };
  const quoted = sent.message.type !== "reaction" && sent.message.type !== "edit" && textOf(sent.message.replyTo) !== "";
  return (
    <article class={sent.state === "received" ? "sent received" : "sent"} data-id={sent.id} data-state={sent.state}>
      <div class="bubble-line">
        <BubbleMenu sent={sent} deleted={deleted} />
        <div class={bare ? "bubble bare" : "bubble"}>
          {sent.from?.person && sent.chat.endsWith("@g.us") ? (
            <p class="bubble-from" dir="auto">
              {sent.from.person}
            </p>
          ) : null}
          {sent.state === "received" ? <span class="visually-hidden">{t.states.received}</span> : null}
          {quoted ? <p class="quoted">{t.preview.quoted}</p> : null}
          <Content message={message} file={sent.file} />
          <span class="bubble-foot">
            <time dateTime={new Date(sent.at).toISOString()}>{time(sent.at)}</time>
            <StateIcon state={sent.state} />
          </span>
          {reaction ? (
            <span class="reaction" title={t.content.reaction(reaction)}>
              {reaction}
            </span>
          ) : null}
        </div>
      </div>
      {silent ? <Silent all={silent} /> : <Standing sent={sent} />}
    </article>
  );
}

/** No news is not bad news: it says what is not known, since when, and what can be done about it. */
function Silent({ all }: { all: Sent[] }) {
  const [first] = all;
  if (!first) return null;
  const since = lasting(silentFor(first, now.value) ?? 0);
  const state = health.value[keyOf(first)]?.proxy;
  const never = state?.heardAt === null;
  const wantsSetUp = never || state?.silent === true;
  return (
    <div class="standing">
      <Icon name="clock" size={18} />
      <p class="standing-text">
        {all.length === 1 ? t.states.silent(since) : t.states.silentAll(whole(all.length), since)} {never ? t.states.silentNever : t.states.silentWhy}
      </p>
      <div class="standing-acts">
        {wantsSetUp ? <WebhookSetup phone={first} state={state} /> : null}
        <a class="button small" href={linkTo("phones")}>
          {t.states.silentAct}
        </a>
      </div>
    </div>
  );
}

const ICONS: Record<Next, Parameters<typeof Icon>[0]["name"]> = { again: "again", look: "screen", edit: "edit" };

function Standing({ sent }: { sent: Sent }) {
  if (sent.state === "sending") {
    return (
      <div class="standing">
        <span>{t.states.sending}</span>
        <button type="button" class="button small" onClick={() => stop(sent.id)}>
          {t.compose.stop}
        </button>
      </div>
    );
  }
  const { failure } = sent;
  if (!failure) return null;
  const known = sent.state === "failed";
  const wait = failure.retryAfterMs === undefined ? "" : t.failure.wait(Math.ceil(failure.retryAfterMs / 1000));
  const next = nextFor({ failure, at: sent.at }, Date.now());
  const again = (): void => {
    if (standing.value.name === "signedIn") void sendAgain(sent.id);
    else askToSignIn();
  };
  const act = { again, look: () => lookFirst(sent), edit: () => editAndSend(sent) }[next];
  return (
    <div class={known ? "standing standing-failed" : "standing standing-unknown"}>
      <Icon name={known ? "failed" : "unknown"} size={18} />
      <div class="standing-text">
        <p class="standing-why" dir="auto">
          {failure.message}
        </p>
        {(failure.faults ?? []).map(({ path, code, message }) => (
          <p class="standing-fault" key={path + code}>
            {path === "" ? message : `${path}: ${message}`}
          </p>
        ))}
        <p class="standing-safety">
          {known ? t.failure.safety[next] : t.failure.unknown[next]}
          {wait}
        </p>
      </div>
      <button type="button" class="button small standing-act" data-next={next} onClick={act}>
        <Icon name={ICONS[next]} size={16} />
        {t.failure.act[next]}
      </button>
    </div>
  );
}
