/** Loads a freshly built binding and multiplies two matrices with it: try-binding.cjs BINDING cpu|gpu */
const [binding, device] = process.argv.slice(2);
const native = require(binding);
const matrix = native.createTensor([2, 2], native.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const attributes = [
  { name: 'transpose_a', type: native.TF_ATTR_BOOL, value: false },
  { name: 'transpose_b', type: native.TF_ATTR_BOOL, value: false },
  { name: 'T', type: native.TF_ATTR_TYPE, value: native.TF_FLOAT },
];
const [product] = native.executeOp('MatMul', attributes, [matrix, matrix], 1);
const values = String(native.tensorDataSync(product.id));
if (values !== '7,10,15,22') throw new Error(`a matrix product came out as ${values}`);
if (device === 'gpu' && !native.isUsingGpuDevice) throw new Error('Error: TensorFlow does not see the GPU');
process.stdout.write(`TensorFlow ${native.TF_Version} on ${native.isUsingGpuDevice ? 'gpu' : 'cpu'}\n`);
