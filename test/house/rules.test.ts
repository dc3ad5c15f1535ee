/** Rules of the house that no linter knows. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const sources = globSync('{core,main,preload,renderer,tools,test}/**/*.{ts,vue,mjs}', { cwd: root }).sort();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const core = sources.filter((path) => path.startsWith('core/'));

describe('core', () => {
  it.each([
    ['Math.random', /Math\.random/, []],
    ['Date.now or new Date()', /Date\.now\(|new Date\(\)/, ['core/clock.ts']],
    ['tfjs random operations', /tf\.(random\w+|truncatedNormal|multinomial|dropout)\(|util\.shuffle\(/, []],
    ['tf.io', /\btf\.io\b/, []],
    ['dataSync or arraySync', /\b(data|array)Sync\(\)/, ['core/engine/read-values.ts']],
    ['writes past atomicWrite', /\b(writeFileSync|createWriteStream)\(/, ['core/project/lock.ts']],
  ] as const)('never uses %s', (_, pattern, allowed) => {
    const guilty = core.filter(
      (path) => !(allowed as readonly string[]).includes(path) && pattern.test(read(path)),
    );
    expect(guilty).toEqual([]);
  });

  it('imports nothing above it', () => {
    const guilty = core.filter((path) =>
      /from '(\.\.\/)+(main|renderer|preload|test|tools)\//.test(read(path)),
    );
    expect(guilty).toEqual([]);
  });
});

describe('everywhere', () => {
  it('keeps files under 400 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 400);
    expect(long).toEqual([]);
  });

  it('puts a docstring before every exported function', () => {
    const guilty = sources
      .filter((path) => /^(core|main|preload)\/.*\.ts$/.test(path) && !path.endsWith('.d.ts'))
      .flatMap((path) => {
        const lines = read(path).split('\n');
        return lines.flatMap((line, i) => {
          if (!/^export (async )?function/.test(line)) return [];
          return lines[i - 1]?.trimEnd().endsWith('*/') ? [] : [`${path}:${i + 1}`];
        });
      });
    expect(guilty).toEqual([]);
  });
});
