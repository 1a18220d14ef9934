// Writes the benchmark's networks as ONNX models, in memory: a model is a few nodes and the weights as they were given.
// Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

const FLOAT = 1, INT64 = 7; // TensorProto.DataType
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const float = (field, value) => Buffer.concat([varint(field * 8 + 5), Buffer.from(Float32Array.of(value).buffer)]);
const bytes = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value, 'utf8'));
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

function attribute(name, value) {
  if (Array.isArray(value)) return message(5, text(1, name), ...value.map((v) => number(8, v)), number(20, ATTRIBUTE_INTS));
  return Number.isInteger(value)
    ? message(5, text(1, name), number(3, value), number(20, ATTRIBUTE_INT))
    : message(5, text(1, name), float(2, value), number(20, ATTRIBUTE_FLOAT));
}

function initializer(name, type, shape, data) {
  return message(5, ...shape.map((size) => number(1, size)), number(2, type), text(8, name), bytes(9, data));
}

function value(field, name, shape) {
  const dimensions = shape.map((size) => message(1, number(1, size)));
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), message(2, ...dimensions))));
}

/** A graph under construction: each method adds nodes and returns the name of their value. */
class Graph {
  constructor(weights) {
    this.nodes = [];
    this.initializers = Object.entries(weights).map(([name, { shape, data }]) => initializer(name, FLOAT, shape, data));
  }

  /** A node; several outputs come as an array of names. */
  op(type, inputs, attributes = {}, outputs = 1) {
    const name = `${type}_${this.nodes.length}`.toLowerCase();
    const results = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}_${i}`));
    this.nodes.push(message(
      1, ...inputs.map((input) => text(1, input)), ...results.map((result) => text(2, result)), text(3, name), text(4, type),
      ...Object.entries(attributes).map(([key, of]) => attribute(key, of))));
    return outputs === 1 ? name : results;
  }

  integers(...values) {
    const name = `integers_${this.initializers.length}`;
    this.initializers.push(initializer(name, INT64, [values.length], Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer)));
    return name;
  }

  scalar(of) {
    const name = `scalar_${this.initializers.length}`;
    this.initializers.push(initializer(name, FLOAT, [], Buffer.from(Float32Array.of(of).buffer)));
    return name;
  }

  conv(x, name, kernel, { stride = 1, padding = 0, bias = true } = {}) {
    const inputs = bias ? [x, `${name}.weight`, `${name}.bias`] : [x, `${name}.weight`];
    const four = [padding, padding, padding, padding];
    return this.op('Conv', inputs, { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: four });
  }

  batchNorm(x, name) {
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}`);
    return this.op('BatchNormalization', [x, ...parts]);
  }

  layerNorm(x, name) {
    return this.op('LayerNormalization', [x, `${name}.weight`, `${name}.bias`], { epsilon: 1e-6 });
  }

  relu(x) {
    return this.op('Relu', [x]);
  }

  maxPool(x) {
    return this.op('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  }

  /** An affine map of a matrix; PyTorch keeps its weight as (out, in). */
  gemm(x, name) {
    return this.op('Gemm', [x, `${name}.weight`, `${name}.bias`], { transB: 1 });
  }

  /** An affine map over the last of any number of axes. */
  linear(x, weight, bias) {
    return this.op('Add', [this.op('MatMul', [x, this.op('Transpose', [weight], { perm: [1, 0] })]), bias]);
  }

  reshape(x, ...shape) {
    return this.op('Reshape', [x, this.integers(...shape)]);
  }

  transpose(x, ...perm) {
    return this.op('Transpose', [x], { perm });
  }
}

function twoLayers(g, x) {
  return g.gemm(g.relu(g.gemm(x, 'fc1')), 'fc2');
}

function lenet5(g, x) {
  x = g.maxPool(g.relu(g.conv(x, 'conv1', 5, { padding: 2 })));
  x = g.maxPool(g.relu(g.conv(x, 'conv2', 5)));
  x = g.relu(g.gemm(g.op('Flatten', [x]), 'fc1'));
  return g.gemm(g.relu(g.gemm(x, 'fc2')), 'fc3');
}

function resnet20(g, x) {
  const normed = (at, conv, norm, stride) => g.batchNorm(g.conv(at, conv, 3, { stride, padding: 1, bias: false }), norm);
  x = g.relu(normed(x, 'conv1', 'bn1', 1));
  let channels = 16;
  for (const [stage, width] of [16, 32, 64].entries()) {
    for (let block = 0; block < 3; block++) {
      const name = `layer${stage + 1}.${block}`;
      const stride = width === channels ? 1 : 2;
      const inner = g.relu(normed(x, `${name}.conv1`, `${name}.bn1`, stride));
      const y = normed(inner, `${name}.conv2`, `${name}.bn2`, 1);
      if (stride === 2) {
        // Every second pixel, with as many channels of zeros before as behind.
        const border = (width - channels) / 2, end = 1000;
        x = g.op('Slice', [x, g.integers(0, 0), g.integers(end, end), g.integers(2, 3), g.integers(2, 2)]);
        x = g.op('Pad', [x, g.integers(0, border, 0, 0, 0, border, 0, 0)]);
        channels = width;
      }
      x = g.relu(g.op('Add', [y, x]));
    }
  }
  return g.gemm(g.op('Flatten', [g.op('GlobalAveragePool', [x])]), 'linear');
}

function vgg(g, x) {
  // Every block is conv, relu, conv, relu, pool.
  for (const first of [0, 5, 10]) {
    for (const conv of [first, first + 2]) x = g.relu(g.conv(x, `features.${conv}`, 3, { padding: 1 }));
    x = g.maxPool(x);
  }
  return g.gemm(g.relu(g.gemm(g.op('Flatten', [x]), 'classifier.0')), 'classifier.3');
}

function fastVgg(g, x) {
  x = g.relu(g.conv(x, 'whiten', 3, { padding: 1, bias: false }));
  for (const block of ['blocks.0', 'blocks.1', 'blocks.2']) {
    x = g.maxPool(g.conv(x, `${block}.conv1`, 3, { padding: 1, bias: false }));
    x = g.relu(g.batchNorm(x, `${block}.bn1`));
    x = g.relu(g.batchNorm(g.conv(x, `${block}.conv2`, 3, { padding: 1, bias: false }), `${block}.bn2`));
  }
  return g.op('Gemm', [g.op('Flatten', [g.op('GlobalMaxPool', [x])]), 'linear.weight'], { transB: 1, alpha: 0.125 });
}

function vit(g, x, batch) {
  const width = 192, heads = 3, patches = 64, positions = patches + 1, size = width / heads;
  x = g.transpose(g.reshape(g.conv(x, 'conv_proj', 4, { stride: 4 }), batch, width, patches), 0, 2, 1);
  const token = g.op('Expand', ['class_token', g.integers(batch, 1, width)]);
  x = g.op('Add', [g.op('Concat', [token, x], { axis: 1 }), 'encoder.pos_embedding']);
  for (let layer = 0; layer < 6; layer++) {
    const name = `encoder.layers.encoder_layer_${layer}`;
    const all = g.linear(g.layerNorm(x, `${name}.ln_1`), `${name}.self_attention.in_proj_weight`, `${name}.self_attention.in_proj_bias`);
    const [q, k, v] = g.op('Split', [g.transpose(g.reshape(all, batch, positions, 3, heads, size), 2, 0, 3, 1, 4)], { axis: 0 }, 3)
      .map((part) => g.op('Squeeze', [part, g.integers(0)]));
    const scores = g.op('MatMul', [g.op('Mul', [q, g.scalar(1 / Math.sqrt(size))]), g.transpose(k, 0, 1, 3, 2)]);
    const y = g.op('MatMul', [g.op('Softmax', [scores]), v]);
    const attended = g.reshape(g.transpose(y, 0, 2, 1, 3), batch, positions, width);
    x = g.op('Add', [x, g.linear(attended, `${name}.self_attention.out_proj.weight`, `${name}.self_attention.out_proj.bias`)]);
    const hidden = gelu(g, g.linear(g.layerNorm(x, `${name}.ln_2`), `${name}.mlp.0.weight`, `${name}.mlp.0.bias`));
    x = g.op('Add', [x, g.linear(hidden, `${name}.mlp.3.weight`, `${name}.mlp.3.bias`)]);
  }
  const first = g.op('Squeeze', [g.op('Slice', [x, g.integers(0), g.integers(1), g.integers(1)]), g.integers(1)]);
  return g.gemm(g.layerNorm(first, 'encoder.ln'), 'heads.head');
}

/** As PyTorch exports it; ONNX Runtime makes one node of it. */
function gelu(g, x) {
  const erf = g.op('Erf', [g.op('Div', [x, g.scalar(Math.SQRT2)])]);
  return g.op('Mul', [g.op('Mul', [x, g.op('Add', [erf, g.scalar(1)])]), g.scalar(0.5)]);
}

const NETWORKS = { mlp: twoLayers, twolayer: twoLayers, lenet5, resnet20, vgg, vit, 'fast-vgg': fastVgg };

export function isNetwork(name) {
  return Object.hasOwn(NETWORKS, name);
}

/** The model of one network for inputs of one shape, as bytes. Weights: name -> { shape, data }, data in little-endian floats. */
export function writeModel(network, weights, inputShape) {
  const g = new Graph(weights);
  const logits = NETWORKS[network](g, 'x', inputShape[0]);
  const graph = message(
    7, ...g.nodes, text(2, network), ...g.initializers, value(11, 'x', inputShape), value(12, logits, [inputShape[0], 10]));
  const IR_VERSION = 8, OPSET = 17;
  return Buffer.concat([number(1, IR_VERSION), graph, message(8, text(1, ''), number(2, OPSET))]);
}
