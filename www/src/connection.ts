// Which proxy account, which phone, which token: from the address bar's fragment or typed in, kept in this tab only.
import { byId, freshId, h } from "./dom.ts";

const NAMES = ["account", "phone", "token"] as const;
type Name = (typeof NAMES)[number];
const STORED = "maytapi-console";

const FIELDS: Record<Name, { label: string; hint: string; placeholder: string; type: string }> = {
  account: { label: "Account", hint: "The proxy's name for it.", placeholder: "main", type: "text" },
  phone: { label: "Phone", hint: "The sending phone's number at Maytapi.", placeholder: "1150", type: "text" },
  token: { label: "Token", hint: "Issued by your backend for this proxy. Never Maytapi's key.", placeholder: "eyJ…", type: "password" },
};

export class Connection {
  readonly #box = byId("connection", HTMLDetailsElement);
  readonly #summary = byId("connection-summary", HTMLElement);
  readonly #inputs: Record<Name, HTMLInputElement>;
  /** What the proxy said about the token. */
  readonly #fault = h("p", { class: "fault", id: freshId("fault"), hidden: true });

  constructor(private readonly onChange: () => void) {
    const known = { ...stored(), ...fromFragment() };
    const input = (name: Name): HTMLInputElement => {
      const { placeholder, type } = FIELDS[name];
      const element = h("input", { id: freshId(name), name, type, placeholder, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
      element.value = known[name] ?? "";
      return element;
    };
    this.#inputs = { account: input("account"), phone: input("phone"), token: input("token") };
    for (const name of NAMES) {
      const { label, hint } = FIELDS[name];
      const element = this.#inputs[name];
      const line = h("p", { class: "hint", id: freshId("hint") }, hint);
      element.setAttribute("aria-describedby", name === "token" ? `${line.id} ${this.#fault.id}` : line.id);
      byId("connection-fields", HTMLElement).append(h("div", { class: "field" }, h("label", { class: "label", for: element.id }, label), element, line));
      element.addEventListener("input", () => {
        this.#fault.hidden = true;
        this.#update();
        this.onChange();
      });
    }
    this.#inputs.token.parentElement?.append(this.#fault);
    this.#box.open = !this.complete;
    this.#update();
  }

  get account(): string {
    return this.#inputs.account.value.trim();
  }

  get phone(): string {
    return this.#inputs.phone.value.trim();
  }

  get token(): string {
    return this.#inputs.token.value.trim();
  }

  /** Whether a send can be tried at all. */
  get complete(): boolean {
    return this.account !== "" && this.phone !== "" && this.token !== "";
  }

  /** The path of the account at the proxy. */
  get path(): string {
    return `/api/${encodeURIComponent(this.account || "account")}`;
  }

  /** Opens the fields and brings the keyboard to the first that is empty. */
  ask(): void {
    this.#box.open = true;
    const empty = NAMES.find((name) => this.#inputs[name].value.trim() === "");
    this.#inputs[empty ?? "token"].focus();
  }

  /** Asks for another token and says why. */
  refuseToken(why: string): void {
    this.#box.open = true;
    this.#fault.replaceChildren(h("span", { class: "sentence" }, why));
    this.#fault.hidden = false;
    this.#inputs.token.focus();
  }

  #update(): void {
    const { account, phone, token } = this;
    sessionStorage.setItem(STORED, JSON.stringify({ account, phone, token }));
    const who = [account && `account ${account}`, phone && `phone ${phone}`, token ? until(token) : "no token"];
    this.#summary.textContent = who.filter(Boolean).join(" · ");
  }
}

/** What a link brought along. It leaves the address bar at once, so that it stays out of bookmarks and screenshots. */
function fromFragment(): Partial<Record<Name, string>> {
  const given = new URLSearchParams(location.hash.slice(1));
  const found = NAMES.flatMap((name) => {
    const value = given.get(name);
    return value ? [[name, value] as const] : [];
  });
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  return Object.fromEntries(found);
}

/** What this tab knew before it was loaded again. */
function stored(): Partial<Record<Name, string>> {
  try {
    const known: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");
    const entries = Object.entries(known as object).filter(([, value]) => typeof value === "string");
    return Object.fromEntries(entries);
  } catch {
    // Not ours, or from another version: then there is nothing to go on from.
    return {};
  }
}

/** Until when the token says it holds. Only to be shown: whether it is good is the proxy's to say. */
function until(token: string): string {
  try {
    const payload = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    if (typeof exp !== "number") return "token";
    const end = new Date(exp * 1000);
    const time = end.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const day = end.toDateString() === new Date().toDateString() ? "" : `${end.toLocaleDateString()} `;
    return end.getTime() < Date.now() ? "token expired" : `token until ${day}${time}`;
  } catch {
    return "token";
  }
}
