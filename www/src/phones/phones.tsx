// Phones: how each stands, how much waits, and a look at its screen.
import { useEffect } from "preact/hooks";
import { Dot } from "../session/phone-picker.tsx";
import { chatName, chatOf } from "../sent/record.ts";
import { choose, chosen, info, keyOf, mayRead, type PhoneRef, phones } from "../session/session.ts";
import { Icon } from "../shell/icons.tsx";
import { count, t, time } from "../words.ts";
import { Fault } from "./fault.tsx";
import { askHealth, health, healthOf } from "./health.ts";
import { Limits } from "./limits.tsx";
import { Screen } from "./screen.tsx";
import { heardIn, WebhookSetup } from "./webhook.tsx";

export function Phones() {
  const all = phones.value;
  const several = (info.value?.accounts.length ?? 0) > 1;
  useEffect(() => {
    for (const phone of all) void askHealth(phone);
  }, [all]);
  return (
    <main class="view phones" id="main" tabIndex={-1}>
      <header class="view-head">
        <h1 class="view-title">{t.phones.title}</h1>
        <button type="button" class="button small" onClick={() => all.forEach((phone) => void askHealth(phone))}>
          <Icon name="refresh" size={16} />
          {t.phones.refresh}
        </button>
      </header>
      <Shut />
      {all.length === 0 ? <p class="notice">{t.phones.none}</p> : null}
      <ul class="phone-cards">
        {all.map((phone) => (
          <PhoneCard key={keyOf(phone)} phone={phone} several={several} />
        ))}
      </ul>
    </main>
  );
}

/** Which reads are shut, and what is missing for it. */
function Shut() {
  const shut = (["status", "queue", "screen"] as const).filter((read) => !mayRead(read));
  if (shut.length === 0) return null;
  return (
    <p class="notice">
      <Icon name="info" size={18} />
      <span>{t.phones.shut(shut.map((read) => t.phones.reads[read]).join(", "), shut.join(", "))}</span>
    </p>
  );
}

function PhoneCard({ phone, several }: { phone: PhoneRef; several: boolean }) {
  const known = health.value[keyOf(phone)];
  const { tone, words } = healthOf(phone);
  const sends = chosen.value && keyOf(chosen.value) === keyOf(phone);
  const number = known?.status?.number;
  const heard = known?.proxy && heardIn(known.proxy);
  return (
    <li class="phone-card" data-phone={phone.phone}>
      <header>
        <span class="phone-badge">
          <Icon name="phone" size={24} />
        </span>
        <div>
          <h2>{phone.phone}</h2>
          <p class="phone-note">{[several ? phone.account : undefined, number ? chatName(chatOf(number.replace(/^\+/, ""))) : undefined].filter(Boolean).join(" · ") || t.phones.account(phone.account)}</p>
        </div>
        {sends ? <span class="tag">{t.phones.sends}</span> : null}
      </header>
      <dl class="phone-facts">
        <div>
          <dt>{t.phones.state}</dt>
          <dd>
            <Dot tone={tone} />
            {words}
          </dd>
        </div>
        {mayRead("queue") ? (
          <div>
            <dt>{t.phones.waiting}</dt>
            <dd>{known?.queue === undefined ? "–" : known.queue === 0 ? t.phones.queueEmpty : count(known.queue, t.phones.queue)}</dd>
          </div>
        ) : null}
        {info.value?.can.watch === "off" ? null : (
          <div>
            <dt>{t.phones.heard}</dt>
            <dd>
              {heard ? <Dot tone={heard.tone} /> : null}
              {heard?.words ?? "–"}
            </dd>
          </div>
        )}
        <div>
          <dt>{t.phones.asked}</dt>
          <dd>{known?.at === undefined ? "–" : time(known.at)}</dd>
        </div>
      </dl>
      <Limits limits={known?.proxy?.limits ?? []} />
      {known?.fault ? <Fault {...known.fault} /> : null}
      <div class="phone-actions">
        {mayRead("screen") ? <Screen phone={phone} /> : null}
        <WebhookSetup phone={phone} state={known?.proxy} />
        {sends ? null : (
          <button type="button" class="button small" onClick={() => choose(phone)}>
            {t.phones.use}
          </button>
        )}
      </div>
    </li>
  );
}
