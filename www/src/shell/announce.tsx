// The one place from which a screen reader is told what happened.
import { signal } from "@preact/signals";

const said = signal("");

/** Says it once, when whoever listens has a moment. */
export function announce(words: string): void {
  // The same words twice would not be noticed as news.
  said.value = said.value === words ? `${words}\u00a0` : words;
}

export function Announcer() {
  return (
    <p id="announce" class="visually-hidden" role="status">
      {said}
    </p>
  );
}
