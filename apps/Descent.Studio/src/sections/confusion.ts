import * as Plot from "@observablehq/plot";
import { onWidth, plot } from "../chart";
import { h } from "../dom";
import { count, percent } from "../format";
import type { Confusion } from "../report";

/** One field of the matrix. */
interface Cell {
  label: number;
  predicted: number;
  count: number;
  /** The part of the label's row. */
  part: number;
}

const mostPairs = 10;

export function confusion(data: Confusion): Node[] {
  const classes = data.classes;
  const cells = cellsOf(data);
  const canvas = h("div", { class: "matrix" });
  onWidth(canvas, (width) => canvas.replaceChildren(matrix(classes, cells, width)));
  const pairs = cells.filter((c) => c.label !== c.predicted && c.count > 0).sort((a, b) => b.count - a.count).slice(0, mostPairs);
  return [
    h(
      "div",
      { class: "beside" },
      h("div", {}, h("p", { class: "unit keys" },
        h("span", { class: "key" }, h("i", { style: "background:var(--first)" }), "right"),
        h("span", { class: "key" }, h("i", { style: "background:var(--second)" }), "wrong"),
        h("span", { class: "key" }, "stronger: a larger part of the row")), canvas),
      pairs.length > 0 && h(
        "div",
        { class: "pairs" },
        h("h3", {}, "Most frequent mistakes"),
        h("table", {},
          h("thead", {}, h("tr", {}, h("th", {}, "class"), h("th", {}, "taken for"), h("th", { class: "number" }, "count"),
            h("th", { class: "number" }, "of class"))),
          h("tbody", {}, ...pairs.map((pair) =>
            h("tr", {}, h("td", {}, classes[pair.label]!), h("td", {}, classes[pair.predicted]!),
              h("td", { class: "number" }, count(pair.count)), h("td", { class: "number" }, percent(pair.part, 1)))))),
      ),
    ),
  ];
}

function matrix(classes: string[], cells: Cell[], width: number): SVGElement | HTMLElement {
  const k = classes.length;
  const letters = Math.min(14, Math.max(...classes.map((name) => name.length)));
  const side = Math.min(width, 36 + letters * 6.5 + k * 46, 760);
  const marginLeft = 8 + letters * 6.5;
  const cell = (side - marginLeft - 4) / k;
  // Names are shown where they do not overlap; numbers where they fit.
  const every = Math.max(1, Math.ceil(11 / cell));
  const named = classes.map((_, i) => i).filter((i) => i % every === 0);
  const marginTop = 12 + letters * (cell >= 44 && letters <= 5 ? 0 : 5.4);
  const shortened = (i: number): string => (classes[i]!.length > letters ? classes[i]!.slice(0, letters - 1) + "…" : classes[i]!);
  return plot({
    width: side,
    height: marginTop + cell * k + 4,
    marginTop,
    marginLeft,
    marginRight: 4,
    marginBottom: 4,
    padding: cell > 8 ? 0.04 : 0,
    x: { type: "band", domain: classes.map((_, i) => i), label: null },
    y: { type: "band", domain: classes.map((_, i) => i), label: null },
    marks: [
      Plot.axisY(named, { tickFormat: shortened, tickSize: 0, fill: "var(--ink)" }),
      Plot.axisX(named, {
        anchor: "top", tickFormat: shortened, tickSize: 0, fill: "var(--ink)", tickRotate: marginTop > 12 ? -50 : 0,
      }),
      // Empty fields of a large matrix are one rectangle, not thousands.
      Plot.frame({ fill: "var(--cell)", stroke: "none" }),
      Plot.cell(cells.filter((c) => c.count > 0), { x: "predicted", y: "label", fill: colour }),
      cell < 24 ? null : Plot.text(cells.filter((c) => c.count > 0), {
        x: "predicted", y: "label", text: (c: Cell) => String(c.count), fontSize: Math.min(12, cell / 2.9),
        fill: (c: Cell) => (c.label === c.predicted && c.part > 0.4 ? "var(--on-first)" : "var(--ink)"),
      }),
      Plot.tip(cells, Plot.pointer({
        x: "predicted", y: "label", maxRadius: Math.max(cell, 12),
        title: (c: Cell) => `${classes[c.label]} taken for ${classes[c.predicted]}\n${count(c.count)}, ${percent(c.part, 1)} of the class`,
      })),
    ],
  }, "Confusion matrix");
}

/** Mistakes are few beside hits: their colour follows the root of their part, so that one in a hundred is still seen. */
function colour(cell: Cell): string {
  const [hue, strength] = cell.label === cell.predicted ? ["var(--first)", 0.15 + 0.85 * cell.part] : ["var(--second)", 0.1 + 0.9 * Math.sqrt(cell.part)];
  return `color-mix(in oklab, ${hue} ${(strength * 100).toFixed(1)}%, var(--cell))`;
}

function cellsOf(data: Confusion): Cell[] {
  const k = data.classes.length;
  const cells: Cell[] = [];
  for (let label = 0; label < k; label++) {
    const row = data.counts.slice(label * k, (label + 1) * k);
    const total = row.reduce((sum, n) => sum + n, 0);
    row.forEach((n, predicted) => cells.push({ label, predicted, count: n, part: total > 0 ? n / total : 0 }));
  }

  return cells;
}
