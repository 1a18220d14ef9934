import { h } from "./dom";

const key = "descent-theme";
const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];

/** A button that goes from the system's colours to light ones, to dark ones, and back; the browser remembers it where it may. */
export function themeButton(): HTMLElement {
  let theme = remembered();
  const button = h("button", { type: "button", class: "theme", click: () => show(themes[(themes.indexOf(theme) + 1) % themes.length]!) });
  show(theme);
  return button;

  function show(next: Theme): void {
    theme = next;
    document.documentElement.dataset["theme"] = theme;
    button.textContent = { system: "◐ Auto", light: "○ Light", dark: "● Dark" }[theme];
    button.setAttribute("aria-label", `Colours: ${theme}. Change them.`);
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A page from disk may not be allowed to remember.
    }
  }
}

function remembered(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}
