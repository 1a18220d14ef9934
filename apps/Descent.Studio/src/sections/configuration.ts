import { h } from "../dom";
import type { Run } from "../report";

export function configuration(run: Run): Node[] {
  const command = h("code", {}, run.command);
  const copy = h("button", { type: "button", click: () => void navigator.clipboard.writeText(run.command).then(() => (copy.textContent = "Copied")) }, "Copy");
  return [
    h("p", { class: "note" }, "The same command with the same version gives the same weights, bit for bit, with any number of threads."),
    h("div", { class: "command" }, h("pre", { tabindex: 0 }, command), "clipboard" in navigator && copy),
    h("div", { class: "settings" }, h("table", {},
      h("tbody", {}, ...run.settings.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)))))),
    run.result && h("p", { class: "note hash" }, "SHA-256 of the weights: ", h("code", {}, run.result.weights_sha256)),
  ].filter((node): node is Exclude<typeof node, undefined> => node !== undefined);
}
