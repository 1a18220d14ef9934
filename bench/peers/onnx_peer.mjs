// The benchmark cases in ONNX Runtime, inference only: the protocol, the cases and the files are those of torch_peer.py, of which it
// answers "version", "load" ("layout" has no meaning here and is not read), "logits", "infer" and "memory".
// Install with: npm ci --ignore-scripts (the package brings its CPU library along; its script would only fetch a GPU's).

import { readFileSync } from 'node:fs';
import os from 'node:os';
import readline from 'node:readline';
import ort from 'onnxruntime-node';
import { isNetwork, writeModel } from './onnx_model.mjs';

const RING = 8;

function readSafetensors(path) {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length));
  return Object.fromEntries(Object.entries(header).filter(([name]) => name !== '__metadata__').map(([name, entry]) => {
    const [start, end] = entry.data_offsets;
    return [name, { shape: entry.shape, type: entry.dtype, data: file.subarray(8 + length + start, 8 + length + end) }];
  }));
}

class Case {
  constructor(name, weights, data, threads) {
    [this.network] = name.split('-b');
    if (!isNetwork(this.network)) throw new Error(`unknown case '${name}'`);
    this.weights = readSafetensors(weights);
    this.threads = threads;
    const { shape, type, data: bytes } = readSafetensors(data).images;
    if (shape[0] !== RING || type !== 'F32') throw new Error(`${name}: images ${type} (${shape}) are not ${RING} batches of F32`);
    this.imageShape = shape.slice(2);
    this.batch = shape[1];
    // Copied, since a Float32Array must begin at a multiple of four bytes.
    this.images = new Float32Array(Uint8Array.from(bytes).buffer);
  }

  parameters() {
    // Running statistics and fixed filters are saved too.
    return Object.entries(this.weights).filter(([name]) => !name.includes('running_') && !name.startsWith('whiten.'))
      .reduce((sum, [, { shape }]) => sum + shape.reduce((a, b) => a * b, 1), 0);
  }

  session(batch) {
    const model = writeModel(this.network, this.weights, [batch, ...this.imageShape]);
    return ort.InferenceSession.create(model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
    });
  }

  inputs(batch) {
    const size = this.imageShape.reduce((a, b) => a * b, 1);
    return Array.from({ length: RING }, (_, i) => {
      const start = i * this.batch * size;
      return { x: new ort.Tensor('float32', this.images.slice(start, start + batch * size), [batch, ...this.imageShape]) };
    });
  }

  async logits() {
    const session = await this.session(this.batch);
    const [logits] = Object.values(await session.run(this.inputs(this.batch)[0]));
    await session.release();
    return Array.from({ length: this.batch }, (_, n) => Array.from(logits.data.subarray(n * 10, n * 10 + 10)));
  }

  async infer(iterations, batch) {
    const session = await this.session(batch);
    const inputs = this.inputs(batch);
    // A session plans its memory in its first run.
    await session.run(inputs[0]);
    let sum = 0;
    const started = process.hrtime.bigint();
    for (let i = 0; i < iterations; i++) {
      const [logits] = Object.values(await session.run(inputs[i % RING]));
      sum += logits.data[logits.data.length - 1];
    }
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    await session.release();
    return { seconds, sum };
  }
}

let current = null;

async function answer(request) {
  switch (request.command) {
    case 'version':
      return {
        name: 'ONNX Runtime', version: ort.env.versions.node, node: process.version, cores: os.availableParallelism(),
        settings: 'CPU provider, all graph optimizations, sequential',
      };
    case 'memory':
      return { peak_bytes: process.resourceUsage().maxRSS * 1024 };
    case 'load':
      current = new Case(request.case, request.weights, request.data, request.threads);
      return { parameters: current.parameters(), batch: current.batch, ring: RING };
    case 'logits':
    case 'infer':
      if (!current) throw new Error(`'${request.command}' needs a case; send 'load' first`);
      return request.command === 'logits'
        ? { logits: await current.logits() }
        : await current.infer(request.iterations, request.batch ?? current.batch);
    default:
      throw new Error(`unknown command '${request.command}'`);
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await answer(JSON.parse(line));
  } catch (error) {
    reply = { error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}
