// A batch in four steps, with a summary at the side; what was filled in stays while somebody looks elsewhere.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { now } from "../shell/clock.ts";
import { ask } from "../shell/dialog.tsx";
import { Icon } from "../shell/icons.tsx";
import { linkTo } from "../shell/route.ts";
import { summaryOf } from "../text/content.tsx";
import { count, when, whole } from "../words.ts";
import { CheckStep } from "./check.tsx";
import { endOf, missing, people, plan, recipients, source, startOver, step, STEPS, type Step, template, watchDraft } from "./draft.ts";
import { hasMessage, MessageStep } from "./message/message.tsx";
import { PaceStep } from "./pace/step.tsx";
import { PeopleStep } from "./people/people.tsx";
import { b } from "./words.ts";

const VIEWS: Record<Step, () => preact.JSX.Element> = { people: PeopleStep, message: MessageStep, pace: PaceStep, check: CheckStep };

export function NewBatch() {
  const View = VIEWS[step.value];
  const at = STEPS.indexOf(step.value);
  const [before, next] = [STEPS[at - 1], STEPS[at + 1]];
  const heading = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  useEffect(watchDraft, []);
  useLayoutEffect(() => {
    // The keyboard goes to the step that came.
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [step.value]);
  return (
    <>
      <header class="view-head">
        <h1 class="view-title">
          <a class="icon-button" href={linkTo("bulk")} aria-label={b.back} title={b.back}>
            <Icon name="back" />
          </a>
          {b.newBatch}
        </h1>
        <button type="button" class="button small" onClick={() => ask({ title: b.startOver, text: b.startOverAsk, yes: b.startOver, danger: true, act: startOver })}>
          {b.startOver}
        </button>
      </header>
      <nav aria-label={b.steps.name}>
        <ol class="bulk-steps">
          {STEPS.map((one, index) => (
            <li key={one}>
              <button type="button" class="bulk-step" aria-current={one === step.value ? "step" : undefined} onClick={() => (step.value = one)}>
                <span class="bulk-step-mark" aria-hidden="true">
                  {one !== "check" && hasBegun(one) && !missing.value.includes(one) ? <Icon name="check" size={16} /> : index + 1}
                </span>
                {b.steps[one]}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <div class="bulk-body">
        <div class="bulk-main" ref={heading} tabIndex={-1} role="group" aria-label={b.steps[step.value]}>
          <View />
          <div class="bulk-foot">
            {before ? (
              <button type="button" class="button" onClick={() => (step.value = before)}>
                {b.previous}
              </button>
            ) : null}
            {next ? (
              <button type="button" class="button primary" onClick={() => (step.value = next)}>
                {b.next}
              </button>
            ) : null}
          </div>
        </div>
        <Summary />
      </div>
    </>
  );
}

/** Whether somebody has been there; the pace is good from the start. */
function hasBegun(one: Exclude<Step, "check">): boolean {
  return one === "people" ? source.value !== undefined : one === "message" ? hasMessage() : true;
}

/** As much of the message as a summary has room for. */
function shortened(text: string): string {
  const most = 120;
  return text.length > most ? `${text.slice(0, most).trimEnd()}…` : text;
}

function Summary() {
  const end = endOf(now.value);
  const left = (people.value?.faults.length ?? 0) + (people.value ? people.value.people.length - recipients.value.length : 0);
  return (
    <aside class="bulk-summary" aria-label={b.summary.title}>
      <h2>{b.summary.title}</h2>
      <dl>
        <div>
          <dt>{b.steps.people}</dt>
          <dd>{recipients.value.length === 0 ? b.summary.none : count(recipients.value.length, b.people)}</dd>
          {source.value ? <dd class="hint">{b.summary.from(source.value.name)}</dd> : null}
          {left > 0 ? <dd class="advice">{count(left, b.summary.left)}</dd> : null}
        </div>
        <div>
          <dt>{b.steps.message}</dt>
          <dd dir="auto">{hasMessage() ? shortened(summaryOf(template.value).text) : b.summary.noMessage}</dd>
        </div>
        <div>
          <dt>{b.steps.pace}</dt>
          <dd>{plan.value ? b.summary.perMinute(whole(plan.value.perMinute)) : "–"}</dd>
          {plan.value?.startAt === undefined ? null : <dd class="hint">{b.summary.starts(when(plan.value.startAt, now.value))}</dd>}
          {plan.value && recipients.value.length > 0 ? <dd class="hint">{end === undefined ? b.summary.never : b.summary.ends(when(end, now.value))}</dd> : null}
        </div>
      </dl>
    </aside>
  );
}
