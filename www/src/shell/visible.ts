// Whether the page is in sight: a tab in the background shows nobody anything.
import { signal } from "@preact/signals";

export const visible = signal(isVisible());

/** Keeps up with it from now on. */
export function followVisibility(): void {
  document.addEventListener("visibilitychange", () => {
    visible.value = isVisible();
  });
}

function isVisible(): boolean {
  return document.visibilityState === "visible";
}
