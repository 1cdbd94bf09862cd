// A view that is loaded when it is first opened.
import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { t } from "../words.ts";

/** The view, once `load` has brought it. Where that failed it can be asked for again. */
export function later(load: () => Promise<FunctionComponent>): () => preact.JSX.Element {
  const state = signal<{ View: FunctionComponent } | "asked" | "failed" | undefined>(undefined);
  /** Whether the keyboard was at what stands here until the view comes. */
  let hasFocus = false;
  const begin = (): void => {
    state.value = "asked";
    load().then(
      (View) => {
        hasFocus = document.activeElement?.id === "main";
        state.value = { View };
      },
      () => (state.value = "failed"),
    );
  };
  return function Later() {
    useEffect(() => {
      if (state.value === undefined) begin();
    }, []);
    const now = state.value;
    useLayoutEffect(() => {
      if (hasFocus) document.getElementById("main")?.focus({ preventScroll: true });
      hasFocus = false;
    }, [now]);
    if (typeof now === "object") return <now.View />;
    return (
      <main class={now === "failed" ? "view empty" : "view skeleton"} id="main" tabIndex={-1} aria-busy={now !== "failed"}>
        {now === "failed" ? (
          <div class="empty-card" role="alert">
            <p>{t.notLoaded}</p>
            <button type="button" class="button" onClick={begin}>
              {t.tryAgain}
            </button>
          </div>
        ) : (
          <p class="visually-hidden">{t.loading}</p>
        )}
      </main>
    );
  };
}
