// What each person would see: the template with their fields, row by row.
import { renderTemplate } from "maytapi/templates";
import { useId } from "preact/hooks";
import { chatName, chatOf } from "../../sent/record.ts";
import { now } from "../../shell/clock.ts";
import { Icon } from "../../shell/icons.tsx";
import { Content } from "../../text/content.tsx";
import { count, t, time } from "../../words.ts";
import { fit, people, shown, template, templateFaults } from "../draft.ts";
import { b } from "../words.ts";

export function TemplatePreview() {
  const id = useId();
  const all = people.value?.people ?? [];
  const at = Math.min(shown.value, Math.max(0, all.length - 1));
  const one = all[at];
  const rendered = renderTemplate(template.value, one?.fields ?? {});
  const whole = templateFaults.value.length === 0;
  const gaps = fit.value?.gaps ?? [];
  const nextGap = gaps.find((gap) => gap > at) ?? gaps[0];
  return (
    <aside class="bulk-preview" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{b.message.preview}</h3>
      <div class="phone">
        <header class="phone-head">
          <span class="avatar" aria-hidden="true">
            <Icon name="person" size={18} />
          </span>
          <span class="phone-to">{one ? chatName(chatOf(one.used)) : t.preview.nobody}</span>
        </header>
        <div class="wallpaper">
          <div class="bubble" id="bulk-preview">
            {rendered.valid ? <Content message={rendered.wire} /> : <Faults faults={rendered.faults} quiet={!whole} />}
            <span class="bubble-foot">
              <time>{time(now.value)}</time>
            </span>
          </div>
        </div>
      </div>
      {one ? (
        <>
          <div class="bulk-line" role="group" aria-label={b.message.preview}>
            <button type="button" class="icon-button small" aria-label={b.message.previous} title={b.message.previous} aria-disabled={at === 0} onClick={() => (shown.value = Math.max(0, at - 1))}>
              <Icon name="back" size={18} />
            </button>
            <span class="bulk-for" role="status">
              {b.message.for(one.row)}
            </span>
            <button type="button" class="icon-button small" aria-label={b.message.next} title={b.message.next} aria-disabled={at >= all.length - 1} onClick={() => (shown.value = Math.min(all.length - 1, at + 1))}>
              <Icon name="ahead" size={18} />
            </button>
            {fit.value ? (
              <button type="button" class="button small" onClick={() => fit.value && (shown.value = fit.value.longest)}>
                {b.message.longest}
              </button>
            ) : null}
            {nextGap === undefined ? null : (
              <button type="button" class="button small" onClick={() => (shown.value = nextGap)}>
                {b.message.gap}
              </button>
            )}
          </div>
          <p class={gaps.length > 0 ? "advice" : "hint"}>{!whole ? null : !fit.value ? b.message.checking : gaps.length === all.length ? b.message.allGaps : gaps.length > 0 ? count(gaps.length, b.message.gaps) : b.message.noGaps}</p>
        </>
      ) : (
        <p class="hint">{b.message.nobody}</p>
      )}
    </aside>
  );
}

function Faults({ faults, quiet }: { faults: { path: string; message: string }[]; quiet: boolean }) {
  if (quiet) return <p class="preview-empty">{t.preview.empty}</p>;
  return (
    <>
      {faults.map(({ path, message }) => (
        <p class="bulk-gap" key={path + message}>
          {`${path.replace(/^fields\./, "")}: ${message}`}
        </p>
      ))}
    </>
  );
}
