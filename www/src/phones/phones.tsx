// Phones: how each stands, how much waits, and a look at its screen.
import { useEffect } from "preact/hooks";
import { Dot } from "../session/phone-picker.tsx";
import { choose, chosen, info, keyOf, mayRead, type PhoneRef, phones } from "../session/session.ts";
import { Icon } from "../shell/icons.tsx";
import { count, t, time } from "../words.ts";
import { Fault } from "./fault.tsx";
import { askHealth, health, healthOf } from "./health.ts";
import { Screen } from "./screen.tsx";

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
      {mayRead("status") || mayRead("queue") ? null : <p class="notice">{t.phones.notAllowed}</p>}
      {all.length === 0 ? <p class="notice">{t.phones.none}</p> : null}
      <ul class="phone-cards">
        {all.map((phone) => (
          <PhoneCard key={keyOf(phone)} phone={phone} several={several} />
        ))}
      </ul>
    </main>
  );
}

function PhoneCard({ phone, several }: { phone: PhoneRef; several: boolean }) {
  const known = health.value[keyOf(phone)];
  const { tone, words } = healthOf(phone);
  const sends = chosen.value && keyOf(chosen.value) === keyOf(phone);
  const number = known?.status?.number;
  return (
    <li class="phone-card" data-phone={phone.phone}>
      <header>
        <span class="phone-badge">
          <Icon name="phone" size={24} />
        </span>
        <div>
          <h2>{phone.phone}</h2>
          <p class="phone-note">{[several ? phone.account : undefined, number ? `+${number.replace(/^\+/, "")}` : undefined].filter(Boolean).join(" · ") || t.phones.account(phone.account)}</p>
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
        <div>
          <dt>{t.phones.asked}</dt>
          <dd>{known?.at === undefined ? "–" : time(known.at)}</dd>
        </div>
      </dl>
      {known?.fault ? <Fault {...known.fault} /> : null}
      <div class="phone-actions">
        {mayRead("screen") ? <Screen phone={phone} /> : null}
        {sends ? null : (
          <button type="button" class="button small" onClick={() => choose(phone)}>
            {t.phones.use}
          </button>
        )}
      </div>
    </li>
  );
}
