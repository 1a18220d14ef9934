// Writes the benchmark's networks as ONNX models, in memory: a model is a few nodes and the weights as they were given.
// Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

const FLOAT = 1; // TensorProto.DataType
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value, 'utf8'));
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

function attribute(name, value) {
  return Array.isArray(value)
    ? message(5, text(1, name), ...value.map((v) => number(8, v)), number(20, ATTRIBUTE_INTS))
    : message(5, text(1, name), number(3, value), number(20, ATTRIBUTE_INT));
}

function node(type, inputs, output, attributes = {}) {
  return message(
    1, ...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, type),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)));
}

function initializer(name, { shape, data }) {
  return message(5, ...shape.map((size) => number(1, size)), number(2, FLOAT), text(8, name), bytes(9, data));
}

function value(field, name, shape) {
  const dimensions = shape.map((size) => message(1, number(1, size)));
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), message(2, ...dimensions))));
}

// The layers of a network from x to its logits, each as [type, weights' name or none, attributes].
const LAYERS = {
  mlp: [['Gemm', 'fc1'], ['Relu'], ['Gemm', 'fc2']],
  twolayer: [['Gemm', 'fc1'], ['Relu'], ['Gemm', 'fc2']],
  lenet5: [
    ['Conv', 'conv1', { kernel_shape: [5, 5], pads: [2, 2, 2, 2] }], ['Relu'], ['MaxPool', null, { kernel_shape: [2, 2], strides: [2, 2] }],
    ['Conv', 'conv2', { kernel_shape: [5, 5] }], ['Relu'], ['MaxPool', null, { kernel_shape: [2, 2], strides: [2, 2] }],
    ['Flatten'], ['Gemm', 'fc1'], ['Relu'], ['Gemm', 'fc2'], ['Relu'], ['Gemm', 'fc3'],
  ],
};

export function isNetwork(name) {
  return Object.hasOwn(LAYERS, name);
}

/** The model of one network for inputs of one shape, as bytes. Weights: name -> { shape, data }, data in little-endian floats. */
export function writeModel(network, weights, inputShape) {
  let at = 'x';
  const nodes = LAYERS[network].map(([type, name, attributes = {}], i, all) => {
    const inputs = name ? [at, `${name}.weight`, `${name}.bias`] : [at];
    at = i === all.length - 1 ? 'logits' : `${type}_${i}`.toLowerCase();
    // PyTorch keeps the matrix of an affine layer as (out, in).
    return node(type, inputs, at, type === 'Gemm' ? { transB: 1 } : attributes);
  });
  const graph = message(
    7, ...nodes, text(2, network), ...Object.entries(weights).map(([name, tensor]) => initializer(name, tensor)),
    value(11, 'x', inputShape), value(12, 'logits', [inputShape[0], 10]));
  const IR_VERSION = 8, OPSET = 17;
  return Buffer.concat([number(1, IR_VERSION), graph, message(8, text(1, ''), number(2, OPSET))]);
}
