import { h } from "../dom";
import type { Weights } from "../report";

export function templates(data: Weights): Node[] {
  return [
    h("div", { class: "gallery" }, ...data.pictures.map((template) =>
      h("figure", {},
        h("img", { class: "pixels", src: template.image, width: template.width, height: template.height, alt: `template of ${template.name}` }),
        h("figcaption", {}, template.name)))),
  ];
}
