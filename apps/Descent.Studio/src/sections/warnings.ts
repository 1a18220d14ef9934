import { h } from "../dom";
import type { Warning } from "../report";

export function warnings(list: Warning[]): Node[] {
  return [
    h("ul", { class: "warnings" }, ...list.map((warning) =>
      h("li", {}, h("strong", {}, warning.says), warning.epoch !== undefined && h("span", { class: "of" }, ` epoch ${warning.epoch}`),
        h("p", {}, warning.advice)))),
  ];
}
