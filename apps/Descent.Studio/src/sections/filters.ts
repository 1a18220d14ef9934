import { h } from "../dom";
import { count } from "../format";
import type { Filters } from "../report";

export function filters(data: Filters): Node[] {
  const some = data.images.length < data.total ? `The first ${count(data.images.length)} of ${count(data.total)} filters` : "The filters";
  return [
    h("p", { class: "note" }, `${some} of `, h("code", {}, data.layer), ` ${data.shape}, all on one scale: grey is zero. `
      + "Smooth edges, bars and colours say that the layer has learned; noise says that it has not."),
    h("div", { class: "tiles" }, ...data.images.map((image, i) =>
      h("img", { class: "pixels", src: image, width: data.width, height: data.height, alt: `filter ${i}`, title: `filter ${i}` }))),
  ];
}
