// Step three, the pace: when it starts, how many a minute and a day, when it is quiet, and when it would end.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { now } from "../../shell/clock.ts";
import { endOf, insisted, mostPerMinute, pace, type PaceForm, paceFaults, plan, ZONE } from "../draft.ts";
import { when, whole } from "../../words.ts";
import { b } from "../words.ts";

/** What is chosen by a mark, and what is filled in. */
type Flags = "quiet" | "later";

export function PaceStep() {
  const id = useId();
  const { quiet, later, start } = pace.value;
  const faults = paceFaults.value;
  const end = endOf(now.value);
  return (
    <section class="bulk-part bulk-pace" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{b.pace.title}</h2>
      <Field name="perMinute" label={b.pace.perMinute} hint={b.pace.perMinuteHint} fault={faults.perMinute ? b.pace.perMinuteFault(whole(mostPerMinute())) : undefined} />
      <Field name="dailyCap" label={b.pace.dailyCap} hint={b.pace.dailyCapHint} fault={faults.dailyCap ? b.pace.dailyCapFault : undefined} />
      <Mark name="quiet" label={b.pace.quiet} />
      {quiet ? (
        <div class="bulk-line bulk-hours">
          <Field name="from" label={b.pace.from} fault={faults.quiet ? b.pace.quietFault : undefined} />
          <Field name="to" label={b.pace.to} hint={b.pace.zone(ZONE)} />
        </div>
      ) : null}
      <Mark name="later" label={b.pace.later} />
      {later ? <Field name="start" type="datetime-local" label={b.pace.start} hint={b.pace.zone(ZONE)} fault={faults.start && (start !== "" || insisted.value) ? b.pace.startFault : undefined} /> : null}
      {plan.value ? <p class="bulk-ends">{end === undefined ? b.pace.never : b.pace.ends(when(end, now.value))}</p> : null}
    </section>
  );
}

function Mark({ name, label }: { name: Flags; label: string }) {
  return (
    <label class="flag-line">
      <input type="checkbox" name={name} checked={pace.value[name]} onChange={({ currentTarget }) => (pace.value = { ...pace.value, [name]: currentTarget.checked })} />
      <span>{label}</span>
    </label>
  );
}

interface FieldProps {
  name: Exclude<keyof PaceForm, Flags>;
  type?: "text" | "datetime-local";
  label: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
}

function Field({ name, type = "text", label, hint, fault }: FieldProps) {
  const id = useId();
  const input = {
    id,
    name,
    autocomplete: "off" as const,
    value: pace.value[name],
    "aria-invalid": fault ? ("true" as const) : undefined,
    "aria-describedby": `${id}-hint`,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      pace.value = { ...pace.value, [name]: currentTarget.value };
    },
  };
  return (
    <div class="field bulk-narrow">
      <label class="label" for={id}>
        {label}
      </label>
      {type === "text" ? <input type="text" inputMode="numeric" {...input} /> : <input type={type} {...input} />}
      <p class={fault ? "fault" : "hint"} id={`${id}-hint`}>
        {fault ?? hint}
      </p>
    </div>
  );
}
