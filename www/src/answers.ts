// What became of each send, newest first: under way, queued with its ids, or failed with what to do.
import { type Fault, MaytapiError, type Queued, ValidationError } from "maytapi";
import { button, byId, h } from "./dom.ts";

/** One send on the list. */
export interface Entry {
  queued(answer: Queued): void;
  failed(error: unknown): void;
}

const SAFETY: Record<string, string> = {
  yes: "It did not go out; sending it again is safe.",
  no: "It did not go out; sending the same again fails the same way.",
  unknown: "It may have gone out. Look before you send it again: the recipient could get it twice.",
};

/** Adds a send that is under way. */
export function addEntry(what: { type: string; to: string }, abort: () => void): Entry {
  const list = byId("answers", HTMLOListElement);
  byId("no-answers", HTMLElement).hidden = true;
  const badge = h("span", { class: "badge" }, "sending");
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const body = h("div", { class: "answer-body" }, button("Abort", abort, { class: "small" }));
  const head = h("p", { class: "answer-head" }, badge, h("span", { class: "answer-what" }, `${what.type} to ${what.to}`), h("time", {}, time));
  const item = h("li", { class: "answer" }, head, body);
  list.prepend(item);
  // On a narrow screen the answers are below the form.
  item.scrollIntoView({ block: "nearest" });

  const settle = (state: string, words: string, ...content: HTMLElement[]): void => {
    item.dataset.state = state;
    badge.textContent = words;
    body.replaceChildren(...content);
    item.scrollIntoView({ block: "nearest" });
    byId("announce", HTMLElement).textContent = `${what.type} to ${what.to}: ${words}`;
  };
  return {
    queued: (answer) => {
      const told = h("p", {}, "In the phone's queue. Whether it is sent and delivered is told by webhook.");
      const rows: [string, string | undefined][] = [
        ["msgId", answer.msgId],
        ["chatId", answer.chatId],
        ["request", answer.requestId],
      ];
      settle("queued", "queued", told, facts(rows));
    },
    failed: (error) => {
      if (isAbort(error)) settle("aborted", "aborted", h("p", {}, `Aborted. ${SAFETY.unknown}`));
      else settle("failed", "failed", ...explained(error));
    },
  };
}

/** Whether it was ended on purpose. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function explained(error: unknown): HTMLElement[] {
  if (!(error instanceof MaytapiError)) {
    return [h("p", {}, error instanceof Error ? `${error.name}: ${error.message}` : String(error))];
  }
  const wait = error.retryAfterMs === undefined ? "" : ` Wait ${Math.ceil(error.retryAfterMs / 1000)} s first.`;
  const safety = h("p", { class: "safety", "data-retryable": error.retryable }, `${SAFETY[error.retryable] ?? ""}${wait}`);
  const rows: [string, string | undefined][] = [
    ["error", error.name],
    ["code", error.code],
    ["status", error.status === undefined ? undefined : String(error.status)],
    ["request", error.requestId],
  ];
  const faults = error instanceof ValidationError ? [h("ul", { class: "homeless" }, ...error.faults.map(faultLine))] : [];
  return [h("p", { class: "error-message" }, error.message), ...faults, safety, facts(rows)];
}

function faultLine({ path, message }: Fault): HTMLElement {
  return h("li", {}, ...(path === "" ? [] : [h("code", {}, path), " "]), message);
}

function facts(rows: [name: string, value: string | undefined][]): HTMLElement {
  const list = h("dl", { class: "facts" });
  for (const [name, value] of rows) {
    if (value !== undefined) list.append(h("dt", {}, name), h("dd", {}, value));
  }
  return list;
}
