/** The patch transformer once more, as plain loops over numbers. */
import type { ParameterValues } from '../../../core/model/parameters.ts';
import type { PatchTransformerPreset } from '../../../core/model/presets.ts';

type Rows = number[][];

/** Features of patches, `[batch * width]`. */
export function naivePatchTransformer(
  name: string,
  input: readonly number[],
  grid: { batch: number; time: number; space: number; patchSize: number },
  values: ParameterValues,
  preset: PatchTransformerPreset,
): number[] {
  const { batch, time, space, patchSize } = grid;
  const weight = (part: string): Float32Array => values.get(`${name}.${part}`)!.data;
  const features: number[] = [];
  for (let b = 0; b < batch; b += 1) {
    let tokens: Rows = [];
    for (let t = 0; t < time; t += 1) {
      for (let s = 0; s < space; s += 1) {
        const start = ((b * time + t) * space + s) * patchSize;
        const [token] = linear(
          [input.slice(start, start + patchSize)],
          weight('patch_embed.weight'),
          weight('patch_embed.bias'),
        );
        tokens.push(
          token!.map(
            (value, i) =>
              value +
              weight('position_time')[t * preset.width + i]! +
              weight('position_space')[s * preset.width + i]!,
          ),
        );
      }
    }
    for (let i = 0; i < preset.depth; i += 1)
      tokens = block(tokens, (part) => weight(`blocks.${i}.${part}`), preset);
    const normed = norm(tokens, weight('norm.weight'), weight('norm.bias'));
    for (let i = 0; i < preset.width; i += 1) {
      features.push(normed.reduce((sum, row) => sum + row[i]!, 0) / normed.length);
    }
  }
  return features;
}

function block(tokens: Rows, weight: (part: string) => Float32Array, preset: PatchTransformerPreset): Rows {
  const qkv = linear(
    norm(tokens, weight('norm1.weight'), weight('norm1.bias')),
    weight('attn.qkv.weight'),
    weight('attn.qkv.bias'),
  );
  const size = preset.width / preset.heads;
  const attended: Rows = tokens.map(() => []);
  for (let head = 0; head < preset.heads; head += 1) {
    const part = (row: number[], which: number) => {
      const start = which * preset.width + head * size;
      return row.slice(start, start + size);
    };
    for (const [i, row] of qkv.entries()) {
      const scores = qkv.map((other) => Math.exp(dot(part(row, 0), part(other, 1)) / Math.sqrt(size)));
      const total = scores.reduce((sum, score) => sum + score, 0);
      for (let f = 0; f < size; f += 1) {
        attended[i]!.push(qkv.reduce((sum, other, j) => sum + (scores[j]! / total) * part(other, 2)[f]!, 0));
      }
    }
  }
  const mixed = add(tokens, linear(attended, weight('attn.proj.weight'), weight('attn.proj.bias')));
  const inner = linear(
    norm(mixed, weight('norm2.weight'), weight('norm2.bias')),
    weight('mlp.fc1.weight'),
    weight('mlp.fc1.bias'),
  );
  const active = inner.map((row) => row.map(preset.activation === 'relu' ? (x) => Math.max(x, 0) : gelu));
  return add(mixed, linear(active, weight('mlp.fc2.weight'), weight('mlp.fc2.bias')));
}

function linear(rows: Rows, weight: Float32Array, bias: Float32Array): Rows {
  const outputs = bias.length;
  return rows.map((row) =>
    Array.from(bias, (start, o) =>
      row.reduce((sum, value, i) => sum + value * weight[i * outputs + o]!, start),
    ),
  );
}

function norm(rows: Rows, gamma: Float32Array, beta: Float32Array): Rows {
  return rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-6)) * gamma[i]! + beta[i]!);
  });
}

function add(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, j) => value + b[i]![j]!));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** x times the normal distribution function, by adding up slices of the density. */
function gelu(x: number): number {
  const steps = 2000;
  let sum = 0;
  for (let i = 0; i < steps; i += 1) sum += Math.exp(-0.5 * ((x * (i + 0.5)) / steps) ** 2);
  return x * (0.5 + (x * sum) / steps / Math.sqrt(2 * Math.PI));
}
