import { h } from "../dom";
import { count, fixed, scaled } from "../format";
import type { Model } from "../report";

export function model(data: Model): Node[] {
  const hasFields = data.layers.some((layer) => layer.sees !== undefined);
  const rows = data.layers.map((layer) =>
    h("tr", layer.name === "" ? { class: "between" } : {}, h("td", {}, h("code", {}, layer.name)), h("td", {}, layer.kind), h("td", { class: "number" }, layer.output),
      h("td", { class: "number" }, layer.parameters > 0 ? count(layer.parameters) : ""),
      h("td", { class: "number" }, layer.flops > 0 ? fixed(layer.flops / 1e6, layer.flops < 1e5 ? 3 : 2) : ""), hasFields && h("td", { class: "number" }, layer.sees ?? "all")));
  return [
    h("p", { class: "note" }, `${data.description}. ${scaled(data.parameters)} parameters; ${scaled(data.flops, "flop")} and `
      + `${scaled(data.activation_bytes, "B")} of activations for one input of ${data.input}.`),
    h("details", { open: data.layers.length <= 24 }, h("summary", {}, `${data.layers.length} layers and operations`),
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Layers" },
        h("table", { class: "layers" },
          h("thead", {}, h("tr", {}, h("th", {}, "layer"), h("th", {}, "kind"), h("th", { class: "number" }, "output"),
            h("th", { class: "number" }, "parameters"), h("th", { class: "number" }, "Mflop"), hasFields && h("th", { class: "number" }, "sees"))),
          h("tbody", {}, ...rows)))),
  ];
}
