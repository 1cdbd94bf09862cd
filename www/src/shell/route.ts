// Where the page is: a hash such as `#/messages/main/1150/12025550123@c.us`. Files alone serve it, no rewriting.
import { signal } from "@preact/signals";

export type View = "new" | "messages" | "bulk" | "phones";

/** The view and what of it is shown. */
export interface Route {
  view: View;
  /** The parts behind the view's name, decoded. */
  rest: string[];
}

const VIEWS: readonly string[] = ["new", "messages", "bulk", "phones"] satisfies View[];

/** Where the page is now. */
export const route = signal<Route>(read(location.hash));

/** The address of a view. */
export function linkTo(view: View, ...rest: string[]): string {
  return `#/${[view, ...rest.map(encodeURIComponent)].join("/")}`;
}

/** Goes there; `Back` comes back. */
export function go(view: View, ...rest: string[]): void {
  location.hash = linkTo(view, ...rest);
}

/** Follows the address bar from now on. */
export function followAddress(): void {
  addEventListener("hashchange", () => {
    route.value = read(location.hash);
  });
}

function read(hash: string): Route {
  const [view = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  return isView(view) ? { view, rest: rest.map(decoded) } : { view: "new", rest: [] };
}

function isView(word: string): word is View {
  return VIEWS.includes(word);
}

/** What somebody mistyped into the address bar is shown as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
