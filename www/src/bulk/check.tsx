// Step four: what is missing, a test to oneself, and the start.
import { useSignal } from "@preact/signals";
import { validate } from "maytapi";
import { renderTemplate } from "maytapi/templates";
import { useEffect, useId } from "preact/hooks";
import { chosen } from "../session/session.ts";
import { announce } from "../shell/announce.tsx";
import { online } from "../shell/bars.tsx";
import { Icon } from "../shell/icons.tsx";
import { go } from "../shell/route.ts";
import { send } from "../sent/send.ts";
import { get } from "../sent/store.ts";
import { count, when, whole } from "../words.ts";
import { type Order, start, upload } from "./batch/run.ts";
import { agreed, insisted, missing, people, plan, recipients, shown, startOver, step, template } from "./draft.ts";
import { b } from "./words.ts";

/** The order that broke off: the same again goes on where it was, as long as nothing of it was changed. */
let broken: Order | undefined;

export function CheckStep() {
  const id = useId();
  useEffect(() => {
    insisted.value = true;
  }, []);
  return (
    <>
      {missing.value.length > 0 ? (
        <section class="bulk-part" aria-labelledby={`${id}-missing`}>
          <h2 id={`${id}-missing`}>{b.check.gaps}</h2>
          <ul class="bulk-missing">
            {missing.value.map((one) => (
              <li key={one}>
                <Icon name="failed" size={16} />
                <button type="button" class="link-button" onClick={() => (step.value = one)}>
                  {b.check.missing[one]}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <>
          <Test />
          <Start />
        </>
      )}
    </>
  );
}

function Test() {
  const id = useId();
  const to = useSignal("");
  const state = useSignal<"" | "fault" | "sending" | "sent" | { failed: string }>("");
  const one = people.value?.people[shown.value];
  const rendered = renderTemplate(template.value, one?.fields ?? {});
  const test = async (): Promise<void> => {
    if (state.value === "sending" || !rendered.valid) return;
    const message = { ...rendered.wire, toNumber: to.value.trim() };
    if (!validate(message).valid) {
      state.value = "fault";
      return;
    }
    state.value = "sending";
    const outcome = await send(message);
    const failure = typeof outcome === "object" ? get(outcome.id)?.failure : undefined;
    state.value = typeof outcome === "object" && outcome.state !== "failed" && outcome.state !== "unknown" ? "sent" : { failed: failure?.message ?? "" };
  };
  const words = state.value === "sent" ? b.check.sent : typeof state.value === "object" ? b.check.notSent(state.value.failed) : state.value === "fault" ? b.check.testFault : b.check.testHint;
  const isBad = state.value === "fault" || typeof state.value === "object";
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.check.test}</h2>
      <div class="field bulk-narrow">
        <label class="label" for={id}>
          {b.check.testTo}
        </label>
        <div class="bulk-line">
          <input id={id} name="test" type="text" inputMode="tel" autocomplete="tel" placeholder="+1 202 555 0199" value={to} aria-invalid={isBad ? "true" : undefined} aria-describedby={`${id}-hint`} onInput={({ currentTarget }) => (to.value = currentTarget.value)} />
          <button type="button" class="button" aria-disabled={state.value === "sending" || !rendered.valid || !online.value} onClick={() => void test()}>
            {state.value === "sending" ? b.check.sending : b.check.send}
          </button>
        </div>
        <p class={isBad ? "fault" : "hint"} id={`${id}-hint`} role="status">
          {words}
        </p>
      </div>
    </section>
  );
}

function Start() {
  const id = useId();
  const asked = useSignal(false);
  const failed = useSignal("");
  const begin = async (): Promise<void> => {
    const phone = chosen.value;
    if (upload.value || !phone || !plan.value || !online.value) return;
    if (!agreed.value) {
      asked.value = true;
      document.getElementById(`${id}-agreed`)?.focus();
      return;
    }
    failed.value = "";
    const same = broken && broken.people === recipients.value && broken.template === template.value && broken.pace === plan.value;
    const order: Order = same && broken ? broken : { phone, template: template.value, people: recipients.value, pace: plan.value, key: crypto.randomUUID() };
    broken = order;
    try {
      const batch = await start(order);
      broken = undefined;
      startOver();
      go("bulk", batch.id);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") {
        broken = undefined;
        announce(b.check.stopped);
      } else {
        failed.value = error instanceof Error ? error.message : String(error);
      }
    }
  };
  const now = upload.value;
  return (
    <section class="bulk-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.check.title}</h2>
      <label class="flag-line">
        <input id={`${id}-agreed`} name="agreed" type="checkbox" checked={agreed} aria-describedby={`${id}-fault`} aria-invalid={asked.value && !agreed.value ? "true" : undefined} onChange={({ currentTarget }) => (agreed.value = currentTarget.checked)} />
        <span>{b.check.agreed}</span>
      </label>
      <p class="fault" id={`${id}-fault`} role="alert">
        {asked.value && !agreed.value ? b.check.agreedFault : failed.value === "" ? "" : b.check.failed(failed.value)}
      </p>
      {plan.value?.startAt === undefined ? null : <p class="hint">{b.check.startAt(when(plan.value.startAt, Date.now()))}</p>}
      {now ? (
        <div class="bulk-reading">
          <progress max={Math.max(1, now.all)} value={now.done} aria-label={b.check.uploading(whole(now.done), whole(now.all))} />
          <span>{b.check.uploading(whole(now.done), whole(now.all))}</span>
          <button type="button" class="button small" onClick={() => now.stop.abort()}>
            {b.check.stop}
          </button>
        </div>
      ) : (
        <button type="button" class="button primary" id="bulk-start" aria-disabled={!online.value} onClick={() => void begin()}>
          <Icon name="send" size={18} />
          {failed.value === "" ? count(recipients.value.length, b.check.start) : b.check.again}
        </button>
      )}
    </section>
  );
}
