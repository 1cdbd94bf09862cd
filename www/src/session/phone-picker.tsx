// Which phone sends, with its state; another is a click away.
import { Icon } from "../shell/icons.tsx";
import { MenuItem, Popover } from "../shell/popover.tsx";
import { healthOf } from "../phones/health.ts";
import { t } from "../words.ts";
import { choose, chosen, info, keyOf, phones } from "./session.ts";

export function PhonePicker() {
  const phone = chosen.value;
  if (!phone) return null;
  const several = (info.value?.accounts.length ?? 0) > 1;
  const { tone, words } = healthOf(phone);
  return (
    <Popover
      name={t.phones.picker(phone.phone, words)}
      role="menu"
      buttonClass="phone-picker"
      button={
        <>
          <span class="phone-badge">
            <Icon name="phone" />
            <Dot tone={tone} />
          </span>
          <span class="phone-id">{phone.phone}</span>
        </>
      }
    >
      {(close) => (
        <>
          <p class="menu-title">{t.phones.sendFrom}</p>
          {phones.value.map((one) => (
            <MenuItem
              key={keyOf(one)}
              checked={keyOf(one) === keyOf(phone)}
              act={() => {
                choose(one);
                close();
              }}
            >
              <span class="menu-phone">
                <Dot tone={healthOf(one).tone} />
                <span>{several ? `${one.account} · ${one.phone}` : one.phone}</span>
                <span class="menu-note">{healthOf(one).words}</span>
              </span>
            </MenuItem>
          ))}
        </>
      )}
    </Popover>
  );
}

/** A state as colour and shape; its words stand beside it. */
export function Dot({ tone }: { tone: "good" | "warn" | "bad" | "none" }) {
  return <span class={`dot dot-${tone}`} aria-hidden="true" />;
}
