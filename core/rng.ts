/**
 * Randomness as a pure function of (seed, purpose, counters): nothing to save, nothing to drift, so a killed run
 * resumes with the same draws. Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). Not for secrets.
 */

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Random numbers for one purpose at one place of the work. Every call advances this stream only. */
export type RandomStream = {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Whole number in [0, below); `below` in 1..2^32. Unbiased to 2^-32. */
  integer(below: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /**
   * Fills `values` with `deviation` times standard normals, in a quarter of `normal()`'s time: both of each Box-Muller
   * pair, from whole blocks. For the weights of a model.
   */
  fillNormal(values: Float32Array, deviation: number): void;
  /** A new array with the same members in random order (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[];
  /** One member; `items` must not be empty. */
  pick<T>(items: readonly T[]): T;
};

/** A seed's streams. */
export type Rng = {
  readonly seed: number;
  /**
   * The stream of `purpose` at `counters` (epoch, step, sample, ...). Same seed, purpose and counters, same
   * numbers, whatever else was drawn.
   */
  stream(purpose: string, ...counters: number[]): RandomStream;
};

/** The generator of a seed. `seed`: a whole number, 0 included; only its low 32 bits count. */
export function createRng(seed: number): Rng {
  return {
    seed: seed >>> 0,
    stream: (purpose, ...counters) => createStream(streamKey(seed, purpose, counters)),
  };
}

function streamKey(seed: number, purpose: string, counters: readonly number[]): [number, number] {
  let key: [number, number] = [seed >>> 0, 0x6475_6273];
  for (let i = 0; i < purpose.length; i += 1) key = threefry(key, purpose.charCodeAt(i), i);
  for (const [i, counter] of counters.entries()) {
    key = threefry(key, counter >>> 0, ((Math.floor(counter / 2 ** 32) >>> 0) ^ ((i + 1) << 24)) >>> 0);
  }
  return key;
}

function createStream(key: readonly [number, number]): RandomStream {
  let counter = 0;
  let spareWord: number | null = null;
  const word = (): number => {
    if (spareWord !== null) {
      const value = spareWord;
      spareWord = null;
      return value;
    }
    const [first, second] = threefry(key, counter >>> 0, Math.floor(counter / 2 ** 32) >>> 0);
    counter += 1;
    spareWord = second;
    return first;
  };
  const uniform = (): number => word() / 2 ** 32;
  const integer = (below: number): number => Math.floor(uniform() * below);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const fillNormal = (values: Float32Array, deviation: number): void => {
    spareWord = null;
    fillNormalPairs(values, deviation, key, counter);
    counter += Math.ceil(values.length / 2);
  };
  return {
    uniform,
    integer,
    normal,
    fillNormal,
    shuffled: (items) => shuffle([...items], integer),
    pick: (items) => items[integer(items.length)]!,
  };
}

function shuffle<T>(items: T[], integer: (below: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = integer(i + 1);
    const held = items[i]!;
    items[i] = items[j]!;
    items[j] = held;
  }
  return items;
}

/**
 * Pairs of normals, one from each block from `counter` on. Threefry written out for this one use: called through
 * `threefry`, drawing the weights of a large model takes longer than its first step.
 */
function fillNormalPairs(
  values: Float32Array,
  deviation: number,
  key: readonly [number, number],
  counter: number,
): void {
  const schedule = Int32Array.of(key[0], key[1], PARITY ^ key[0] ^ key[1]);
  for (let i = 0; i < values.length; i += 2) {
    const block = counter + i / 2;
    let x0 = (block + schedule[0]!) | 0;
    let x1 = (Math.floor(block / 2 ** 32) + schedule[1]!) | 0;
    for (let quarter = 0; quarter < 5; quarter += 1) {
      const isEven = quarter % 2 === 0;
      x0 = (x0 + x1) | 0;
      x1 = isEven ? ((x1 << 13) | (x1 >>> 19)) ^ x0 : ((x1 << 17) | (x1 >>> 15)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = isEven ? ((x1 << 15) | (x1 >>> 17)) ^ x0 : ((x1 << 29) | (x1 >>> 3)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = isEven ? ((x1 << 26) | (x1 >>> 6)) ^ x0 : ((x1 << 16) | (x1 >>> 16)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = isEven ? ((x1 << 6) | (x1 >>> 26)) ^ x0 : ((x1 << 24) | (x1 >>> 8)) ^ x0;
      x0 = (x0 + schedule[(quarter + 1) % 3]!) | 0;
      x1 = (x1 + schedule[(quarter + 2) % 3]! + quarter + 1) | 0;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - (x0 >>> 0) / 2 ** 32));
    const angle = 2 * Math.PI * ((x1 >>> 0) / 2 ** 32);
    values[i] = radius * Math.cos(angle) * deviation;
    // Beyond the end of an odd length, typed arrays ignore it.
    values[i + 1] = radius * Math.sin(angle) * deviation;
  }
}

/** Threefry-2x32-20 of one counter block under one key; exported for the known-answer test. */
export function threefry(key: readonly [number, number], c0: number, c1: number): [number, number] {
  const schedule = [key[0] >>> 0, key[1] >>> 0, (PARITY ^ key[0] ^ key[1]) >>> 0];
  let x0 = (c0 + schedule[0]!) >>> 0;
  let x1 = (c1 + schedule[1]!) >>> 0;
  for (let round = 0; round < 20; round += 1) {
    const bits = ROTATIONS[round % 8]!;
    x0 = (x0 + x1) >>> 0;
    x1 = (((x1 << bits) | (x1 >>> (32 - bits))) ^ x0) >>> 0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + schedule[injection % 3]!) >>> 0;
      x1 = (x1 + schedule[(injection + 1) % 3]! + injection) >>> 0;
    }
  }
  return [x0, x1];
}
