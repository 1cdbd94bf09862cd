// How a message stands, as a mark of its own shape with words for who can't see it.
import { Icon, type IconName } from "../shell/icons.tsx";
import { t } from "../words.ts";
import type { State } from "../sent/record.ts";

const MARKS: Record<Exclude<State, "received">, IconName> = {
  sending: "upload",
  queued: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
  played: "checks",
  deleted: "delete",
  failed: "failed",
  unknown: "unknown",
  arrived: "check",
};

export function StateIcon({ state, size = 16 }: { state: State; size?: number }) {
  if (state === "received") return null;
  return (
    <span class={`state state-${state}`} title={t.states[state]}>
      <Icon name={MARKS[state]} size={size} />
      <span class="visually-hidden">{t.states[state]}</span>
    </span>
  );
}
