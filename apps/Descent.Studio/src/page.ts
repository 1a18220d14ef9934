import { h } from "./dom";
import type { Report } from "./report";
import { activations } from "./sections/activations";
import { classes } from "./sections/classes";
import { configuration } from "./sections/configuration";
import { confusion } from "./sections/confusion";
import { curves } from "./sections/curves";
import { filters } from "./sections/filters";
import { gallery } from "./sections/gallery";
import { header } from "./sections/header";
import { model } from "./sections/model";
import { templates } from "./sections/templates";
import { warnings } from "./sections/warnings";

/** A part of the page: its name in the contents and in its address, and what it shows. */
interface Section {
  id: string;
  title: string;
  note?: string;
  content: Node[];
}

/** The whole page; sections without data are left out. */
export function page(report: Report): Node[] {
  const sections = [
    report.warnings?.length && { id: "warnings", title: "Warnings", content: warnings(report.warnings) },
    report.curves && { id: "curves", title: "Training", content: curves(report.curves) },
    report.confusion && {
      id: "confusion",
      title: "Confusion",
      note: "Each row holds the test examples of one class; each column, what the network takes them for.",
      content: confusion(report.confusion),
    },
    report.classes && { id: "classes", title: "Classes", note: "On the test set. A heading sorts.", content: classes(report.classes) },
    report.gallery && { id: "gallery", title: "Examples", content: gallery(report.gallery) },
    report.templates && {
      id: "templates",
      title: "Templates",
      note: "The weights of each class as an image: a linear model scores an image by its product with them. Grey is zero.",
      content: templates(report.templates),
    },
    report.filters && { id: "filters", title: "First-layer filters", content: filters(report.filters) },
    report.activations && {
      id: "activations",
      title: "Activations",
      note: "How the outputs of each layer are distributed, from the first epoch (back) to the last (front).",
      content: activations(report.activations),
    },
    report.model && { id: "model", title: "Model", content: model(report.model) },
    { id: "configuration", title: "Configuration", content: configuration(report.run) },
  ].filter(Boolean) as Section[];
  return [
    h("a", { class: "skip", href: "#content" }, "Skip to the content"),
    h(
      "div",
      { class: "layout" },
      h("nav", { "aria-label": "Contents" }, h("ul", {}, ...sections.map((s) => h("li", {}, h("a", { href: `#${s.id}` }, s.title))))),
      h(
        "main",
        { id: "content", tabindex: -1 },
        header(report.run),
        ...sections.map((s) =>
          h("section", { id: s.id, "aria-labelledby": `${s.id}-title` },
            h("h2", { id: `${s.id}-title` }, s.title),
            s.note !== undefined && h("p", { class: "note" }, s.note),
            ...s.content),
        ),
      ),
    ),
  ];
}
