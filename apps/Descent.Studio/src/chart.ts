import * as Plot from "@observablehq/plot";
import { h } from "./dom";

/** One series of a chart's legend. */
export interface Key {
  name: string;
  colour: string;
}

/** A chart with its title above it, drawn anew whenever its width changes. */
export function chart(title: string, unit: string, keys: Key[], draw: (width: number) => SVGElement | HTMLElement): HTMLElement {
  const canvas = h("div", { class: "canvas" });
  const figure = h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, h("h3", {}, title), h("p", { class: "unit" }, unit, ...keys.map((key) => legend(key)))),
    canvas,
  );
  onWidth(canvas, (width) => canvas.replaceChildren(draw(width)));
  return figure;
}

/** Calls back with the element's width in whole pixels, at once when it is shown and at every change. */
export function onWidth(element: HTMLElement, draw: (width: number) => void): void {
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth);
    if (width > 0 && width !== drawn) {
      drawn = width;
      draw(width);
    }
  }).observe(element);
}

/** What all charts have in common; colours come from the style sheet, so that a change of theme redraws nothing. */
export function plot(options: Plot.PlotOptions, label: string): SVGSVGElement | HTMLElement {
  return Plot.plot({
    height: 220,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 10,
    marginBottom: 34,
    ariaLabel: label,
    style: { background: "transparent", color: "var(--muted)", fontFamily: "inherit", fontSize: "11.5px", overflow: "visible" },
    ...options,
  });
}

function legend(key: Key): HTMLElement {
  return h("span", { class: "key" }, h("i", { style: `background:${key.colour}` }), key.name);
}
