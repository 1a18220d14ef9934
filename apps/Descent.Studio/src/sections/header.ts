import { h } from "../dom";
import { count, date, duration, fixed, percent, scaled } from "../format";
import type { Measure, Run } from "../report";
import { themeButton } from "../theme";

/** What was trained on what, and what came of it. */
export function header(run: Run): HTMLElement {
  const [first, ...others] = run.result?.measures ?? [];
  return h(
    "header",
    {},
    h("div", { class: "bar" }, h("p", { class: "run" }, run.name), themeButton()),
    h("h1", {}, run.model, h("span", { class: "on" }, " on "), run.data),
    first && h("p", { class: "result" }, h("strong", {}, shown(first)), ` ${first.name}`, run.result?.test_count !== undefined
      && h("span", { class: "of" }, ` on ${count(run.result.test_count)} ${run.examples}`)),
    run.status !== "finished" && h("p", { class: "status" }, statusOf(run)),
    h("dl", { class: "facts" }, ...[...others.map((m): Fact => [m.name, shown(m)]), ...facts(run)].map(([name, value]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
  );
}

type Fact = [name: string, value: string];

function facts(run: Run): Fact[] {
  const result = run.result;
  const ended: Fact[] = result
    ? [
        ["epochs", count(result.epochs)],
        ["training time", duration(result.train_seconds)],
        ["speed", `${count(result.images_per_second)} ${run.examples}/s`],
        ["trained parameters", scaled(result.parameters)],
      ]
    : [];
  return [...ended, ["started", date(run.started)], ["Descent", run.version]];
}

function statusOf(run: Run): string {
  switch (run.status) {
    case "interrupted":
      return "This run was interrupted: what follows is of the weights so far.";
    case "failed":
      return `This run failed: ${run.error ?? "it does not say why"}`;
    default:
      return "This run has not ended.";
  }
}

const shown = (measure: Measure): string => (measure.unit === "part" ? percent(measure.value) : fixed(measure.value, 4));
