/** The part of @echogarden/pffft-wasm (an Emscripten module without types) that the project uses. */
declare module '@echogarden/pffft-wasm/simd' {
  /** The instance: C functions with byte addresses, and the memory they point into. */
  export type PffftModule = {
    /** Replaced whenever the memory grows: never keep it. */
    readonly HEAPF32: Float32Array;
    /** `kind` 0 = real, 1 = complex; 0 where `size` is not allowed. */
    _pffft_new_setup(size: number, kind: 0 | 1): number;
    _pffft_destroy_setup(setup: number): void;
    /** `direction` 0 = forward, 1 = inverse (not scaled). `work` must be given for long transforms. */
    _pffft_transform_ordered(
      setup: number,
      input: number,
      output: number,
      work: number,
      direction: 0 | 1,
    ): void;
    _pffft_aligned_malloc(bytes: number): number;
    _pffft_aligned_free(address: number): void;
  };
  const create: () => Promise<PffftModule>;

  // biome-ignore lint/style/noDefaultExport: that is what the package exports.
  export { create as default };
}
