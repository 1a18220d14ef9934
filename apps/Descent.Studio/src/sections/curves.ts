import * as Plot from "@observablehq/plot";
import { chart, plot, type Key } from "../chart";
import { h } from "../dom";
import { brief, fixed, percent } from "../format";
import type { Curves, Epoch, Series } from "../report";

const training: Key = { name: "training", colour: "var(--first)" };
const validation: Key = { name: "validation", colour: "var(--second)" };

export function curves(data: Curves): Node[] {
  const charts = [
    lines(data.epochs, "Loss", "by epoch", "loss", { training: "train_loss", validation: "validation_loss" }, (v) => fixed(v, 4)),
    lines(data.epochs, "Accuracy", "% by epoch", "accuracy", { training: "train_accuracy", validation: "validation_accuracy" },
      (v) => percent(v), (v) => v * 100),
    lines(data.epochs, "R²", "by epoch", "R²", { training: "train_r2", validation: "validation_r2" }, (v) => fixed(v, 4)),
    rate(data.epochs),
    data.update_ratios && ratios(data.epochs, data.update_ratios),
  ];
  return [h("div", { class: "charts" }, ...charts.filter((c) => c !== undefined))];
}

interface Point {
  epoch: number;
  value: number;
  series: Key;
}

/** A measure of training and validation by epoch; undefined where neither was measured. */
function lines(
  epochs: Epoch[],
  title: string,
  unit: string,
  label: string,
  members: { training: keyof Epoch; validation: keyof Epoch },
  shown: (value: number) => string,
  scale: (value: number) => number = (v) => v,
): HTMLElement | undefined {
  const points = [...pointsOf(epochs, members.training, training), ...pointsOf(epochs, members.validation, validation)];
  const keys = [training, validation].filter((key) => points.some((p) => p.series === key));
  if (points.length === 0) {
    return undefined;
  }

  return chart(title, unit, keys, (width) =>
    plot({
      width,
      x: epochAxis(epochs, width),
      y: { grid: true, label: null, ticks: 5, nice: true, ...around(points.map((p) => scale(p.value))) },
      marks: [
        ...keys.map((key) => series(points.filter((p) => p.series === key).map((p) => ({ ...p, value: scale(p.value) })), key.colour)).flat(),
        tip(points, (p) => scale(p.value), (p) => `epoch ${p.epoch}, ${p.series.name}\n${label} ${shown(p.value)}`),
      ],
    }, `${title} ${unit}`));
}

/** Room above and below values that are all equal, where an axis would have a single tick. */
function around(values: number[]): Plot.ScaleOptions {
  const low = Math.min(...values), room = Math.abs(low) / 10 || 1;
  return low === Math.max(...values) ? { domain: [low - room, low + room] } : {};
}

function rate(epochs: Epoch[]): HTMLElement {
  const points = pointsOf(epochs, "learning_rate", training);
  return chart("Learning rate", "at the end of each epoch", [], (width) =>
    plot({
      width,
      x: epochAxis(epochs, width),
      y: { grid: true, label: null, ticks: 5, zero: true, tickFormat: brief },
      marginLeft: 62,
      marks: [...series(points, training.colour), tip(points, (p) => p.value, (p) => `epoch ${p.epoch}\nlearning rate ${brief(p.value)}`)],
    }, "Learning rate at the end of each epoch"));
}

/** A faint line for each layer, a strong one for their median, and the size that a healthy training has. */
function ratios(epochs: Epoch[], layers: Series[]): HTMLElement {
  const points = layers.flatMap((layer) => layer.points.map(([epoch, value]) => ({ epoch, value, layer: layer.name })));
  const median = [...new Set(points.map((p) => p.epoch))].sort((a, b) => a - b).map((epoch) => {
    const values = points.filter((p) => p.epoch === epoch).map((p) => p.value).sort((a, b) => a - b);
    return { epoch, value: values[values.length >> 1]! };
  });
  const keys = [{ name: "each parameter", colour: "var(--faint)" }, { name: "median", colour: "var(--first)" }];
  return chart("Update ratio", "last update of an epoch / weights", keys, (width) =>
    plot({
      width,
      x: epochAxis(epochs, width),
      y: { grid: true, label: null, type: "log", ticks: 4, tickFormat: (v: number) => (Number.isInteger(Math.log10(v)) ? brief(v) : "") },
      marginLeft: 52,
      marks: [
        Plot.ruleY([1e-3], { stroke: "var(--ink)", strokeDasharray: "3 3", strokeOpacity: 0.6 }),
        Plot.line(points, { x: "epoch", y: "value", z: "layer", stroke: "var(--faint)", strokeWidth: 1 }),
        epochs.length > 1 ? null : Plot.dot(points, { x: "epoch", y: "value", r: 2, fill: "var(--faint)" }),
        ...series(median, "var(--first)"),
        Plot.tip(points, Plot.pointer({
          x: "epoch", y: "value", title: (p: (typeof points)[0]) => `epoch ${p.epoch}, ${p.layer}\nupdate / weights ${brief(p.value)}`,
        })),
      ],
    }, "Size of an update beside the size of the weights, by epoch"));
}

function series(points: { epoch: number; value: number }[], stroke: string): Plot.Markish[] {
  return [
    Plot.line(points, { x: "epoch", y: "value", stroke, strokeWidth: 1.75, curve: "monotone-x" }),
    points.length > 12 ? null : Plot.dot(points, { x: "epoch", y: "value", r: 2.5, fill: stroke }),
  ];
}

function tip<P extends { epoch: number }>(points: P[], y: (p: P) => number, title: (p: P) => string): Plot.Markish {
  return Plot.tip(points, Plot.pointer({ x: "epoch", y, title }));
}

function epochAxis(epochs: Epoch[], width: number): Plot.ScaleOptions {
  const first = epochs[0]!.epoch, last = epochs[epochs.length - 1]!.epoch;
  return {
    domain: first === last ? [first - 1, first + 1] : [first, last],
    ticks: epochTicks(first, last, Math.floor(width / 55)),
    tickFormat: String,
    label: "epoch",
    labelArrow: "none",
  };
}

/** Whole epochs only, the first and every n-th, no more than there is room for. */
function epochTicks(first: number, last: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((n) => (last - first) / n < most) ?? last - first;
  const ticks = [first];
  for (let epoch = Math.ceil((first + step / 2) / step) * step; epoch <= last; epoch += step) {
    ticks.push(epoch);
  }

  return [...new Set(ticks)];
}

function pointsOf(epochs: Epoch[], member: keyof Epoch, series: Key): Point[] {
  return epochs.flatMap((e) => (typeof e[member] === "number" ? [{ epoch: e.epoch, value: e[member], series }] : []));
}
