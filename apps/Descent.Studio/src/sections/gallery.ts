import { h } from "../dom";
import { percent } from "../format";
import type { Gallery, Picture } from "../report";

export function gallery(data: Gallery): Node[] {
  return [
    ...group("Most confident mistakes", "Wrong, and sure of it: often a wrong label, or two classes that look alike.", data.mistakes),
    ...group("Least confident hits", "Right, but only just.", data.hits),
  ];
}

function group(title: string, note: string, pictures: Picture[]): Node[] {
  return pictures.length === 0
    ? []
    : [h("h3", {}, title), h("p", { class: "note" }, note), h("div", { class: "gallery" }, ...pictures.map(card))];
}

function card(picture: Picture): HTMLElement {
  const isHit = picture.label === picture.predicted;
  return h(
    "figure",
    {},
    h("img", {
      src: picture.image, width: picture.width, height: picture.height, loading: "lazy", title: picture.name,
      class: picture.width < 96 ? "pixels" : undefined,
      alt: isHit ? `${picture.name}: ${picture.label}` : `${picture.name}: ${picture.label}, taken for ${picture.predicted}`,
    }),
    h("figcaption", {},
      h("span", { class: isHit ? "right" : "wrong" }, picture.predicted), " ", picture.probability !== undefined && h("span", { class: "number" }, percent(picture.probability, 1)),
      !isHit && h("span", { class: "is" }, `is ${picture.label}`)),
  );
}
