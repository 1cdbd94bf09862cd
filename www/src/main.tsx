// The console: write messages, follow what was sent from this device, see how the phones are.
import { ready } from "maytapi";
import { render } from "preact";
import { App } from "./app.tsx";
import { openStore } from "./messages/store.ts";
import { start } from "./session/session.ts";
import { followConnection } from "./shell/bars.tsx";
import { followAddress } from "./shell/route.ts";
import { applyTheme } from "./shell/theme.ts";
import { t } from "./words.ts";

applyTheme();
followConnection();
const page = document.getElementById("app");
if (page) {
  page.replaceChildren();
  try {
    await Promise.all([ready(), start(), openStore()]);
    // After the token of a link has left the address bar.
    followAddress();
    render(<App />, page);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    render(
      <p class="notice start-failed" role="alert">
        {t.startFailed(why)}
      </p>,
      page,
    );
  }
}
