import "./styles.css";
import { h } from "./dom";
import { page } from "./page";
import type { Report } from "./report";

const report = JSON.parse(document.getElementById("data")!.textContent!) as Report | string;
const root = document.getElementById("report")!;
if (typeof report === "string") {
  root.append(h("main", {}, h("p", {}, "This is the empty template: 'descent report' fills it with the data of a run.")));
} else {
  document.title = `${report.run.name} · Descent`;
  root.append(...page(report));
}
