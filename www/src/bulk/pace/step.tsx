// Step three, the pace: how many a minute and a day, when it is quiet, and when it would end.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { now } from "../../shell/clock.ts";
import { endOf, mostPerMinute, pace, type PaceForm, paceFaults, plan, ZONE } from "../draft.ts";
import { when, whole } from "../../words.ts";
import { b } from "../words.ts";

export function PaceStep() {
  const id = useId();
  const { quiet } = pace.value;
  const faults = paceFaults.value;
  const end = endOf(now.value);
  return (
    <section class="bulk-part bulk-pace" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.pace.title}</h2>
      <Field name="perMinute" label={b.pace.perMinute} hint={b.pace.perMinuteHint} fault={faults.perMinute ? b.pace.perMinuteFault(whole(mostPerMinute())) : undefined} />
      <Field name="dailyCap" label={b.pace.dailyCap} hint={b.pace.dailyCapHint} fault={faults.dailyCap ? b.pace.dailyCapFault : undefined} />
      <label class="flag-line">
        <input type="checkbox" name="quiet" checked={quiet} onChange={({ currentTarget }) => (pace.value = { ...pace.value, quiet: currentTarget.checked })} />
        <span>{b.pace.quiet}</span>
      </label>
      {quiet ? (
        <div class="bulk-line bulk-hours">
          <Field name="from" label={b.pace.from} fault={faults.quiet ? b.pace.quietFault : undefined} />
          <Field name="to" label={b.pace.to} hint={b.pace.zone(ZONE)} />
        </div>
      ) : null}
      {plan.value ? <p class="bulk-ends">{end === undefined ? b.pace.never : b.pace.ends(when(end, now.value))}</p> : null}
    </section>
  );
}

function Field({ name, label, hint, fault }: { name: Exclude<keyof PaceForm, "quiet">; label: string; hint?: ComponentChildren; fault?: string | undefined }) {
  const id = useId();
  return (
    <div class="field bulk-narrow">
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        type="text"
        inputMode="numeric"
        autocomplete="off"
        value={pace.value[name]}
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => (pace.value = { ...pace.value, [name]: currentTarget.value })}
      />
      <p class={fault ? "fault" : "hint"} id={`${id}-hint`}>
        {fault ?? hint}
      </p>
    </div>
  );
}
