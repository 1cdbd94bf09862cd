// The console: fill in a message, see at once what is wrong with it and what would go out, send it, see the answer.
import { AuthenticationError, MaytapiClient, type Message, ready, type WireMessage } from "maytapi";
import { addEntry } from "./answers.ts";
import { Compose, type Draft, type State } from "./compose.ts";
import { Connection } from "./connection.ts";
import { byId } from "./dom.ts";
import { showWire } from "./wire.ts";

await ready().then(start, (error: unknown) => {
  const place = byId("start-failed", HTMLElement);
  place.textContent = `The console could not start: ${error instanceof Error ? error.message : String(error)}`;
  place.hidden = false;
});

function start(): void {
  const form = byId("form", HTMLFormElement);
  const send = byId("send", HTMLButtonElement);
  const abort = byId("abort", HTMLButtonElement);
  const formState = byId("form-state", HTMLElement);
  let underWay: AbortController | undefined;
  /** What went out last, to say before a second click that it would go out a second time. */
  let lastSent: string | undefined;

  const connection = new Connection(showRoute);
  const compose = new Compose(show);

  function showRoute(): void {
    byId("wire-route", HTMLElement).textContent = `${connection.path}/${encodeURIComponent(connection.phone || "phone")}/sendMessage`;
  }

  function show(state: State): void {
    const wire = state.valid ? state.wire : undefined;
    showWire(wire, () => wire && whole(wire, compose.draft()));
    formState.textContent = state.valid ? "" : `${state.count} ${state.count === 1 ? "thing" : "things"} to fill in or fix`;
    send.textContent = wire && fingerprint(wire) === lastSent ? "Send again" : "Send";
  }

  async function submit(): Promise<void> {
    if (underWay) return;
    const state = compose.check();
    if (!state.valid) {
      compose.insist();
      return;
    }
    if (!connection.complete) {
      connection.ask();
      formState.textContent = "Say which account, phone and token to send with.";
      return;
    }
    const mine = new AbortController();
    underWay = mine;
    // Not `disabled`: the keyboard would lose its place.
    send.setAttribute("aria-disabled", "true");
    abort.hidden = false;
    const entry = addEntry({ type: state.wire.type, to: state.wire.to_number }, () => mine.abort());
    let client: MaytapiClient | undefined;
    try {
      client = new MaytapiClient({ baseUrl: connection.path, token: connection.token, phoneId: connection.phone });
      // The form is made of the same list as the type, and it has just been checked against it.
      const message = compose.draft() as unknown as Message;
      entry.queued(await client.sendMessage(message, { signal: mine.signal }));
      lastSent = fingerprint(state.wire);
    } catch (error) {
      entry.failed(error);
      if (error instanceof AuthenticationError) connection.refuseToken(error.message);
    } finally {
      client?.free();
      underWay = undefined;
      send.removeAttribute("aria-disabled");
      abort.hidden = true;
      compose.check();
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  abort.addEventListener("click", () => underWay?.abort());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") underWay?.abort();
  });

  form.hidden = false;
  showRoute();
  compose.check();
}

/** The JSON as it goes out: what was checked with a stand-in for the file has the file itself. */
function whole(wire: WireMessage, draft: Draft): WireMessage {
  const { message } = draft;
  return typeof message === "string" && message.startsWith("data:") ? { ...wire, message } : wire;
}

function fingerprint(wire: WireMessage): string {
  return JSON.stringify(wire);
}
