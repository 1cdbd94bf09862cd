// Icons. They say nothing to a screen reader: what they stand for is said in words beside them.
import { OUTLINES } from "./outlines.ts";

export type IconName = keyof typeof OUTLINES;

export function isIcon(name: string): name is IconName {
  return name in OUTLINES;
}

export function Icon({ name, size = 20, class: given = "" }: { name: IconName; size?: number; class?: string }) {
  return (
    <svg class={`icon ${given}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={OUTLINES[name]} />
    </svg>
  );
}
