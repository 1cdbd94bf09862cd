// The frame around every view: rail or tabs, bars, the view, what floats above it.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { chooseType, draft } from "./compose/draft.ts";
import { New } from "./compose/new.tsx";
import { allowedTypes } from "./compose/type-picker.tsx";
import { Messages } from "./messages/messages.tsx";
import { askHealth } from "./phones/health.ts";
import { Phones } from "./phones/phones.tsx";
import { askToSignIn, Connect } from "./session/connect.tsx";
import { chosen, info, keyOf, maySend, standing } from "./session/session.ts";
import { later } from "./shell/later.tsx";
import { Announcer } from "./shell/announce.tsx";
import { Bars } from "./shell/bars.tsx";
import { DialogHost } from "./shell/dialog.tsx";
import { Rail } from "./shell/rail.tsx";
import { route, type View } from "./shell/route.ts";
import { t } from "./words.ts";

const VIEWS: Record<View, () => preact.JSX.Element> = {
  new: New,
  messages: Messages,
  bulk: later(async () => (await import("./bulk/bulk.tsx")).Bulk),
  phones: Phones,
};

export function App() {
  const { name } = standing.value;
  return (
    <>
      {name === "signedIn" || name === "ended" ? <Frame /> : <Connect />}
      <DialogHost />
      <Announcer />
    </>
  );
}

/** The frame without anything in it, while it is found out who is signed in. */
export function Skeleton() {
  return (
    <div class="frame" aria-busy="true">
      <div class="rail" />
      <main class="skeleton" id="main">
        <p class="visually-hidden">{t.loading}</p>
      </main>
    </div>
  );
}

function Frame() {
  const { view, rest } = route.value;
  const View = VIEWS[view];
  const phone = chosen.value;
  const first = useRef(true);
  useLayoutEffect(() => {
    document.title = `${t.views[view]} · ${t.title}`;
    // A reader begins at the view that came, as after a page that was loaded; at once, since the next key may already be for it.
    if (!first.current) document.getElementById("main")?.focus({ preventScroll: true });
    first.current = false;
  }, [view]);
  useEffect(() => {
    const [allowed] = allowedTypes();
    if (allowed && !maySend(draft.value.type)) chooseType(allowed);
  }, [info.value]);
  useEffect(() => {
    if (phone) void askHealth(phone);
  }, [phone && keyOf(phone)]);
  const { name } = standing.value;
  useEffect(() => {
    if (name === "ended") askToSignIn();
  }, [name]);
  return (
    <div class={`frame view-is-${view} ${rest.length > 0 ? "is-deep" : ""}`}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The hash says where the page is.
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {t.skip}
      </a>
      <Rail />
      <div class="stage">
        <Bars />
        <View />
      </div>
    </div>
  );
}
