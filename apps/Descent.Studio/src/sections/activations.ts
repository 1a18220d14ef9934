import * as Plot from "@observablehq/plot";
import { onWidth, plot } from "../chart";
import { h } from "../dom";
import { brief, percent } from "../format";
import type { ActivationLayer, Activations } from "../report";

const mostRidges = 12;

/** A small chart for each layer. */
export function activations(data: Activations): Node[] {
  return [h("div", { class: "ridges" }, ...data.layers.map((layer) => small(data.epochs, layer)))];
}

function small(epochs: number[], layer: ActivationLayer): HTMLElement {
  const canvas = h("div", { class: "canvas" });
  onWidth(canvas, (width) => canvas.replaceChildren(ridges(epochs, layer, width)));
  const last = layer.parts[layer.parts.length - 1]!;
  return h("figure", { class: "chart" }, h("figcaption", {}, h("h4", {}, layer.name), h("p", { class: "unit" }, `${layer.kind}, ${zeros(layer.edges, last)}`)), canvas);
}

/** One outline an epoch, each lower than the one before it; of many epochs, a dozen evenly spaced ones. */
function ridges(epochs: number[], layer: ActivationLayer, width: number): SVGElement | HTMLElement {
  const shown = Array.from({ length: Math.min(mostRidges, epochs.length) }, (_, i, ) =>
    epochs.length <= mostRidges ? i : Math.round((i * (epochs.length - 1)) / (mostRidges - 1)));
  const tallest = Math.max(...shown.flatMap((e) => layer.parts[e]!));
  const step = 9, height = 52;
  const marks = shown.flatMap((e, place) => {
    const base = (shown.length - 1 - place) * step;
    const points = layer.parts[e]!.map((part, bin) => ({
      x: (layer.edges[bin]! + layer.edges[bin + 1]!) / 2, low: base, high: base + (part / tallest) * height,
    }));
    const strength = shown.length === 1 ? 100 : 25 + (75 * place) / (shown.length - 1);
    const stroke = `color-mix(in oklab, var(--first) ${strength}%, var(--faint))`;
    return [
      Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: "var(--paper)", fillOpacity: 0.82 }),
      Plot.lineY(points, { x: "x", y: "high", stroke, strokeWidth: 1.25 }),
    ];
  });
  return plot({
    width,
    height: 40 + height + shown.length * step,
    marginLeft: 6,
    marginRight: 6,
    marginTop: 4,
    marginBottom: 24,
    x: { ticks: 4, tickFormat: brief, label: null, domain: [layer.edges[0]!, layer.edges[layer.edges.length - 1]!] },
    y: { axis: null, domain: [0, height + (shown.length - 1) * step] },
    marks,
  }, `Outputs of ${layer.name} by epoch`);
}

/** The part of the values in the bin that holds zero at the end of training: of a rectifier, what it shuts off. */
function zeros(edges: number[], parts: number[]): string {
  const bin = parts.findIndex((_, i) => edges[i]! <= 0 && edges[i + 1]! > 0);
  return `${percent(bin < 0 ? 0 : parts[bin]!, 0)} near zero`;
}
