// Light, dark, or as the system has it; kept on this device.
import { effect, signal } from "@preact/signals";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "maytapi-console-theme";

export const theme = signal<Theme>(stored());

/** Puts the theme onto the page, now and at each change. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    localStorage.setItem(STORED, chosen);
  } catch {
    // A device that keeps nothing shows it until the page is closed.
  }
}

function stored(): Theme {
  try {
    const known = localStorage.getItem(STORED);
    return THEMES.find((one) => one === known) ?? "auto";
  } catch {
    return "auto";
  }
}
