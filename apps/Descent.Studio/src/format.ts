// Numbers as people read them, the same in every browser's language.

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const count = (value: number): string => counts.format(value).replaceAll(",", "\u2009");

export const percent = (part: number, digits = 2): string => `${(part * 100).toFixed(digits)}\u202f%`;

export const fixed = (value: number, digits: number): string => value.toFixed(digits).replace("-", "−");

/** Three significant digits, with a power of ten where a plain number would be long. */
export function brief(value: number): string {
  const size = Math.abs(value);
  if (value === 0) {
    return "0";
  }

  if (size < 1e-4 || size >= 1e5) {
    const [digits, exponent] = value.toExponential(2).split("e");
    const factor = trimmed(digits!).replace("-", "−");
    return `${factor === "1" ? "" : `${factor}·`}10${superscript(Number(exponent))}`;
  }

  return trimmed(value.toPrecision(3)).replace("-", "−");
}

/** 1 234 567 → 1.23 M. */
export function scaled(value: number, unit = ""): string {
  const steps = ["", "k", "M", "G", "T"];
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }

  return `${step === 0 ? count(value) : value.toPrecision(3)} ${steps[step]}${unit}`.trim();
}

export function duration(seconds: number): string {
  if (seconds < 90) {
    return `${seconds.toFixed(1)} s`;
  }

  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const date = (iso: string): string => iso.slice(0, 16).replace("T", " ") + " UTC";

const superscript = (exponent: number): string => [...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");

const trimmed = (digits: string): string => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
