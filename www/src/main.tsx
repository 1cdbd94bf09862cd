// The console: write messages, follow what was sent from this device, see how the phones are.
import { ready } from "maytapi";
// For Bulk, which is loaded later: a page has one module, and the one with templates has to be asked for before it is there.
import "maytapi/templates";
import { render } from "preact";
import { App, Skeleton } from "./app.tsx";
import { startFollowing } from "./sent/follow.ts";
import { openStore } from "./sent/store.ts";
import { start } from "./session/session.ts";
import { followConnection } from "./shell/bars.tsx";
import { startClock } from "./shell/clock.ts";
import { followAddress } from "./shell/route.ts";
import { applyTheme } from "./shell/theme.ts";
import { followVisibility } from "./shell/visible.ts";
import { t } from "./words.ts";

/** What comes sooner is not announced by a frame that flickers. */
const SKELETON_MS = 150;

applyTheme();
followConnection();
followVisibility();
const page = document.getElementById("app");
if (page) await begin(page);

async function begin(place: HTMLElement): Promise<void> {
  place.replaceChildren();
  // Takes the token of a link out of the address bar before anything else looks at it.
  const signedIn = start();
  followAddress();
  const slow = setTimeout(() => render(<Skeleton />, place), SKELETON_MS);
  try {
    await Promise.all([ready(), signedIn, openStore()]);
    render(<App />, place);
    startClock();
    startFollowing();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    render(
      <p class="notice start-failed" role="alert">
        {t.startFailed(why)}
      </p>,
      place,
    );
  } finally {
    clearTimeout(slow);
  }
}
