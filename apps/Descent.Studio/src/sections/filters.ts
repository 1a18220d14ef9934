import { h } from "../dom";
import { count } from "../format";
import type { Weights } from "../report";

export function filters(data: Weights): Node[] {
  const some = data.pictures.length < data.total ? `The first ${count(data.pictures.length)} of ${count(data.total)} filters` : "The filters";
  return [
    h("p", { class: "note" }, `${some} of `, h("code", {}, data.layer), ` ${data.shape}, all on one scale: grey is zero. `
      + "Smooth edges, bars and colours say that the layer has learned; noise says that it has not."),
    h("div", { class: "tiles" }, ...data.pictures.map((picture) =>
      h("img", { class: "pixels", src: picture.image, width: picture.width, height: picture.height, alt: `filter ${picture.name}`, title: `filter ${picture.name}` }))),
  ];
}
