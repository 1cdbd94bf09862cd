// Everything that is known of a message: its steps with their times, its ids, and its JSON.
import { CopyButton } from "../shell/copy.tsx";
import { exactTime, t } from "../words.ts";
import { chatName, type Sent, withoutBytes } from "../sent/record.ts";

export function Details({ sent }: { sent: Sent }) {
  const { failure, state, phone, account, chat, msgId, requestId, key, steps } = sent;
  const facts: [string, string | undefined][] = [
    [state === "received" ? t.details.chat : t.details.to, chatName(chat)],
    [state === "received" ? t.details.toPhone : t.details.from, `${account} · ${phone}`],
    [t.details.msgId, msgId],
    [t.details.requestId, requestId],
    [t.details.key, key === "" ? undefined : key],
    [t.details.error, failure && `${failure.name} (${failure.code})`],
    [t.details.status, failure?.status === undefined ? undefined : String(failure.status)],
  ];
  const json = JSON.stringify(withoutBytes(sent.message), null, 2);
  return (
    <>
      <ol class="steps">
        {steps.map(({ state: step, at }, index) => (
          <li key={index} data-step={step}>
            <span>{t.states[step]}</span>
            <time dateTime={new Date(at).toISOString()}>{exactTime(at)}</time>
          </li>
        ))}
      </ol>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <div class="wire-head">
        <h3>{t.details.json}</h3>
        <CopyButton text={() => json} />
      </div>
      <pre class="json" tabIndex={0} aria-label={t.details.json}>
        {json}
      </pre>
    </>
  );
}
