import * as Plot from "@observablehq/plot";
import { onWidth, plot } from "../chart";
import { h } from "../dom";
import { brief, percent } from "../format";
import type { ActivationLayer, Histogram } from "../report";

/** A small chart for each layer. */
export function activations(layers: ActivationLayer[]): Node[] {
  return [h("div", { class: "ridges" }, ...layers.map(small))];
}

function small(layer: ActivationLayer): HTMLElement {
  const canvas = h("div", { class: "canvas" });
  onWidth(canvas, (width) => canvas.replaceChildren(ridges(layer, width)));
  const last = layer.epochs[layer.epochs.length - 1]!;
  const dead = layer.dead_part ? `, ${percent(layer.dead_part, 0)} of units dead` : "";
  return h("figure", { class: "chart" },
    h("figcaption", {}, h("h4", {}, layer.name || layer.kind),
      h("p", { class: "unit" }, `${layer.name ? `${layer.kind}, ` : ""}${percent(last.zero_part, 0)} zeros${dead}`)), canvas);
}

/** One outline an epoch, each lower than the one before it. */
function ridges(layer: ActivationLayer, width: number): SVGElement | HTMLElement {
  const outlines = layer.epochs.map(outline);
  const tallest = Math.max(...outlines.flat().map((p) => p.density), Number.MIN_VALUE);
  const step = 9, height = 52;
  const marks = outlines.flatMap((points, place) => {
    const base = (outlines.length - 1 - place) * step;
    const line = points.map((p) => ({ x: p.x, low: base, high: base + (p.density / tallest) * height }));
    const strength = outlines.length === 1 ? 100 : 25 + (75 * place) / (outlines.length - 1);
    const stroke = `color-mix(in oklab, var(--first) ${strength}%, var(--faint))`;
    return [
      Plot.areaY(line, { x: "x", y1: "low", y2: "high", fill: "var(--paper)", fillOpacity: 0.82 }),
      Plot.lineY(line, { x: "x", y: "high", stroke, strokeWidth: 1.25 }),
    ];
  });
  return plot({
    width,
    height: 40 + height + outlines.length * step,
    marginLeft: 8,
    marginRight: 8,
    marginTop: 4,
    marginBottom: 24,
    x: { ticks: 4, tickFormat: brief, label: null },
    y: { axis: null, domain: [0, height + (outlines.length - 1) * step] },
    marks,
  }, `Outputs of ${layer.name || layer.kind} by epoch`);
}

/** The share of values by width, so that histograms of other ends compare; of tall bins the root, so that the others are seen beside them. */
function outline(histogram: Histogram): { x: number; density: number }[] {
  const total = histogram.counts.reduce((sum, n) => sum + n, 0) || 1;
  const width = (histogram.high - histogram.low) / histogram.counts.length || 1;
  const middle = (bin: number): number => histogram.low + (bin + 0.5) * width;
  return [
    { x: histogram.low, density: 0 },
    ...histogram.counts.map((n, bin) => ({ x: middle(bin), density: Math.sqrt(n / total / width) })),
    { x: histogram.high, density: 0 },
  ];
}
