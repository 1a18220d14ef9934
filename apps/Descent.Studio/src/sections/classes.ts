import { h } from "../dom";
import { count, percent } from "../format";
import type { ClassRow } from "../report";

type Column = keyof ClassRow;

const columns: { name: Column; title: string }[] = [
  { name: "name", title: "class" },
  { name: "count", title: "examples" },
  { name: "precision", title: "precision" },
  { name: "recall", title: "recall" },
  { name: "f1", title: "F1" },
];

/** A table that its headings sort: by the class's name upward, by numbers first downward. */
export function classes(rows: ClassRow[]): Node[] {
  let sorted: Column | undefined, upward = false;
  const body = h("tbody");
  const heads = columns.map((column) =>
    h("th", { scope: "col", class: column.name === "name" ? undefined : "number" },
      h("button", { type: "button", click: () => sortBy(column.name) }, column.title)));
  show(rows);
  return [h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Measures of each class" },
    h("table", { class: "classes" }, h("thead", {}, h("tr", {}, ...heads)), body))];

  function sortBy(column: Column): void {
    upward = sorted === column ? !upward : column === "name";
    sorted = column;
    heads.forEach((head, i) => {
      if (columns[i]!.name === column) {
        head.setAttribute("aria-sort", upward ? "ascending" : "descending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
    show([...rows].sort((a, b) => (upward ? 1 : -1) * compare(a[column], b[column])));
  }

  function show(list: ClassRow[]): void {
    body.replaceChildren(...list.map((row) =>
      h("tr", {}, h("th", { scope: "row" }, row.name), h("td", { class: "number" }, count(row.count)), part(row.precision), part(row.recall), part(row.f1))));
  }
}

function compare(a: string | number | null, b: string | number | null): number {
  return typeof a === "string" && typeof b === "string" ? a.localeCompare(b, "en", { numeric: true }) : Number(a ?? -1) - Number(b ?? -1);
}

function part(value: number | null): HTMLElement {
  return value === null
    ? h("td", { class: "number" }, "–")
    : h("td", { class: "number part" }, percent(value, 1), h("span", { class: "meter", "aria-hidden": "true" }, h("i", { style: `width:${value * 100}%` })));
}
