// The data of a report, as src/Descent.Training/Reports writes it. A section that is absent is not shown.

export interface Report {
  run: Run;
  warnings?: Warning[];
  curves?: Curves;
  confusion?: Confusion;
  classes?: ClassRow[];
  gallery?: Gallery;
  filters?: Weights;
  templates?: Weights;
  activations?: ActivationLayer[];
  model?: Model;
}

export interface Run {
  name: string;
  status: "running" | "finished" | "interrupted" | "failed";
  error?: string;
  model: string;
  data: string;
  started: string;
  version: string;
  /** What the test set consists of: images, texts, windows of text. */
  examples: string;
  /** What was measured on the test set; of a run that has not ended, nothing. */
  result?: Result;
  settings: Record<string, string | number | boolean>;
  /** The command that reads the run's record, and the one that says it all. */
  repeat: string;
  command: string;
}

export interface Result {
  measures: Measure[];
  train_seconds: number;
  images_per_second: number;
  epochs: number;
  parameters: number;
  weights_sha256: string;
  test_count?: number;
}

export interface Measure {
  name: string;
  value: number;
  /** "part": a number from 0 to 1 that is shown in percent. */
  unit: "part" | "number";
}

export interface Warning {
  says: string;
  advice: string;
  epoch?: number;
}

export interface Curves {
  epochs: Epoch[];
  /** The size of an epoch's last update beside that of the weights, by parameter. */
  update_ratios?: Series[];
}

export interface Epoch {
  epoch: number;
  train_loss: number | null;
  validation_loss?: number | null;
  train_accuracy?: number | null;
  validation_accuracy?: number | null;
  train_r2?: number | null;
  validation_r2?: number | null;
  learning_rate: number | null;
  seconds?: number;
  images_per_second?: number;
}

export interface Series {
  name: string;
  points: [epoch: number, value: number][];
}

export interface Confusion {
  classes: string[];
  /** Row by row: what the labels say; in a row, what the network says. */
  counts: number[];
}

export interface ClassRow {
  name: string;
  count: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

export interface Gallery {
  mistakes: Picture[];
  hits: Picture[];
}

export interface Picture {
  image: string;
  width: number;
  height: number;
  name: string;
  label: string;
  predicted: string;
  probability?: number;
}

export interface Weights {
  layer: string;
  /** Of the layer's weight, as (64, 3, 3, 3). */
  shape: string;
  total: number;
  pictures: WeightPicture[];
}

export interface WeightPicture {
  name: string;
  image: string;
  width: number;
  height: number;
}

export interface ActivationLayer {
  name: string;
  kind: string;
  /** The part of its units that no input of the batch switches on. */
  dead_part?: number;
  epochs: Histogram[];
}

export interface Histogram {
  epoch: number;
  low: number;
  high: number;
  zero_part: number;
  /** Of equally wide bins from low to high. */
  counts: number[];
}

export interface Model {
  name: string;
  description: string;
  input: string;
  parameters: number;
  flops: number;
  activation_bytes: number;
  layers: LayerRow[];
}

export interface LayerRow {
  name: string;
  kind: string;
  output: string;
  parameters: number;
  flops: number;
  /** Rows and columns of the image; absent where it is all of them. */
  sees?: string;
}
