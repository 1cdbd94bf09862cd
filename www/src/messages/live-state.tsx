// Whether what is shown is live, in a few quiet words.
import { Dot } from "../session/phone-picker.tsx";
import { t, time } from "../words.ts";
import { following, knownUntil } from "../sent/follow.ts";

/** Whether news of the phone would come here. */
export function isFollowed(): boolean {
  return following.value === "live" || following.value === "polling" || following.value === "elsewhere";
}

export function LiveState() {
  const state = following.value;
  const at = knownUntil.value === undefined ? undefined : time(knownUntil.value);
  const words = {
    live: t.live.live,
    elsewhere: t.live.live,
    polling: t.live.polling,
    connecting: at === undefined ? t.live.connecting : t.live.connectingSince(at),
    broken: t.live.broken(at),
    notAllowed: t.live.notAllowed,
  }[state];
  return (
    <p class="live-state" data-state={state}>
      <Dot tone={isFollowed() ? "good" : state === "broken" ? "warn" : "none"} />
      {words}
    </p>
  );
}
