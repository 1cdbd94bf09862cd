// What is left of the limits that the proxy counts, each as a bar with its numbers.
import { t, whole } from "../words.ts";
import type { Quota } from "./state.ts";

export function Limits({ limits }: { limits: Quota[] }) {
  if (limits.length === 0) return null;
  return (
    <div class="limits" role="group" aria-label={t.phones.limits}>
      {limits.map(({ scope, window, quota, left }) => {
        const name = t.phones.limit[scope][window];
        return (
          <label class="limit" key={scope + window}>
            <span class="limit-name">{name}</span>
            <span class="limit-left">{t.phones.left(whole(left), whole(quota))}</span>
            <meter min={0} max={quota} low={quota / 10} optimum={quota} value={left} />
          </label>
        );
      })}
    </div>
  );
}
