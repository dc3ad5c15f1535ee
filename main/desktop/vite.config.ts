/** Builds the desktop shell: one CommonJS file beside the built window and preload script. */
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  // Vite empties it for pages; the shell is told its project and its Node there.
  define: { 'process.env': 'process.env' },
  build: {
    target: 'node24',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: join(import.meta.dirname, '..', 'desktop.ts'),
      platform: 'node',
      external: ['electron', /^node:/, ...builtinModules],
      output: { format: 'cjs', entryFileNames: 'desktop.cjs' },
    },
  },
});
