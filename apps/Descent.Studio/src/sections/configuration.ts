import { h } from "../dom";
import type { Run } from "../report";

export function configuration(run: Run): Node[] {
  return [
    h("p", { class: "note" }, "Both commands give the same weights again, bit for bit, with any number of threads: the first reads the run's record, the second says it all."),
    command(run.repeat),
    command(run.command),
    h("div", { class: "settings" }, h("table", {},
      h("tbody", {}, ...Object.entries(run.settings).map(([name, value]) =>
        h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, String(value))))))),
    ...(run.result ? [h("p", { class: "note hash" }, "SHA-256 of the weights: ", h("code", {}, run.result.weights_sha256))] : []),
  ];
}

function command(text: string): HTMLElement {
  const copy = h("button", { type: "button", click: () => void navigator.clipboard.writeText(text).then(() => (copy.textContent = "Copied")) }, "Copy");
  // A page from disk may have no clipboard.
  return h("div", { class: "command" }, h("pre", { tabindex: 0 }, h("code", {}, text)), "clipboard" in navigator && copy);
}
