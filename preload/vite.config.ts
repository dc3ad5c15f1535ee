/** Builds the preload script: one CommonJS file, since a sandboxed preload can load no module. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'chrome120',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: `${import.meta.dirname}/preload.ts`,
      platform: 'node',
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: 'preload.cjs' },
    },
  },
});
