import { h } from "../dom";
import type { Template } from "../report";

export function templates(list: Template[]): Node[] {
  return [
    h("div", { class: "gallery" }, ...list.map((template) =>
      h("figure", {},
        h("img", { class: "pixels", src: template.image, width: template.width, height: template.height, alt: `template of ${template.name}` }),
        h("figcaption", {}, template.name)))),
  ];
}
