// Slim bars above the page: signed out, offline, nothing kept. Each says what it means for what was written.
import { signal } from "@preact/signals";
import { knownUntil } from "../sent/follow.ts";
import { notKept } from "../sent/store.ts";
import { askToSignIn } from "../session/connect.tsx";
import { standing } from "../session/session.ts";
import { t, time } from "../words.ts";
import { Icon } from "./icons.tsx";

export const online = signal(navigator.onLine);

/** Follows the connection from now on. */
export function followConnection(): void {
  addEventListener("online", () => (online.value = true));
  addEventListener("offline", () => (online.value = false));
}

export function Bars() {
  const ended = standing.value.name === "ended";
  return (
    <div class="bars" role="region" aria-label={t.bars.name}>
      {ended ? (
        <div class="bar bar-warn">
          <Icon name="key" size={18} />
          <p>{t.bars.ended}</p>
          <button type="button" class="button small" onClick={askToSignIn}>
            {t.connect.signIn}
          </button>
        </div>
      ) : null}
      {online.value ? null : (
        <div class="bar bar-warn">
          <Icon name="offline" size={18} />
          <p>{knownUntil.value === undefined ? t.bars.offline : t.bars.offlineSince(time(knownUntil.value))}</p>
        </div>
      )}
      {notKept.value ? (
        <div class="bar">
          <Icon name="storage" size={18} />
          <p>{notKept.value}</p>
        </div>
      ) : null}
    </div>
  );
}
