import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import type { MetricsRow, RunConfig, RunSummary } from '../../../core/domain/run.ts';
import { decodeEvaluation } from '../../../core/evaluation/evaluation-file.ts';
import { writeReport } from '../../../core/evaluation/report.ts';
import type { ReportInput } from '../../../core/evaluation/report-input.ts';
import { defaultRunConfig } from '../../../core/training/config.ts';
import { exampleResult } from './examples.ts';

const HOSTILE = `<img src=x onerror="alert(1)"> & '<script>alert(2)</script>'`;

const config: RunConfig = {
  ...defaultRunConfig(),
  seed: 1,
  epochs: 20,
  batchSize: 24,
  warmupEpochs: 2,
  lambdaVideo: 0.1,
  lambdaAudio: 0.1,
  checkpointEverySteps: 100,
};

const run: RunSummary = {
  id: 'run-1',
  state: 'finished',
  config,
  createdMs: 0,
  clipCount: 72,
  pairCount: 330,
  step: 480,
  totalSteps: 480,
  firstLoss: 6.41,
  lastLoss: 1.02,
  engine: 'tensorflow',
};

const metrics: MetricsRow[] = Array.from({ length: 40 }, (_, i) => ({
  step: i + 1,
  epoch: i / 4,
  loss: 5 / (i + 1),
  lossCross: 4 / (i + 1),
  lossVideo: 0,
  lossAudio: 0,
  learningRate: 1e-3,
  gradientNorm: 1,
  positiveSimilarity: i / 40,
  negativeSimilarity: 0,
  dubShare: 0.8,
}));

const finding: Finding = {
  id: 'f1',
  titleId: 't1',
  shotId: null,
  trackId: null,
  language: 'de' as LanguageTag,
  code: 'offset',
  severity: 'fault',
  sentence: `The German dub of ${HOSTILE} sounds 120.0 ms later.`,
  numbers: {},
};

const offset = {
  titleId: 't1',
  source: 'measured' as const,
  shotCount: 2,
  peakRatio: 3,
  candidatesMs: [],
};

const everything: ReportInput = {
  projectName: HOSTILE,
  createdMs: 1_795_420_800_000,
  version: '0.1.0',
  titles: [
    {
      id: 't1',
      name: HOSTILE,
      originalLanguage: 'en',
      split: 'train',
      shotCount: 2,
      clipCount: 5,
      pairCount: 10,
      dubLanguages: ['de', 'fr'],
    },
  ],
  fileCount: 3,
  refusedFiles: [{ name: HOSTILE, reason: 'The file is empty.' }],
  pairCounts: [
    { language: 'de', split: 'train', state: 'accepted', count: 4 },
    { language: 'de', split: 'heldout', state: 'suspect', count: 1 },
    { language: 'fr', split: 'train', state: 'accepted', count: 5 },
  ],
  findings: [finding],
  planted: { faults: [{ sentence: HOSTILE, found: false }], falseAlarms: 0, cleanPairs: 9 },
  decisions: [{ verdict: 'reject', by: HOSTILE, count: 1 }],
  offsets: [
    { ...offset, language: 'de' as LanguageTag, offsetMs: 120, confidence: 0.98 },
    { ...offset, language: 'es' as LanguageTag, offsetMs: -23.4, confidence: 0.9 },
    { ...offset, language: 'fr' as LanguageTag, offsetMs: null, confidence: 0 },
  ],
  run: { ...run, engine: HOSTILE },
  metrics,
  evaluation: { ...exampleResult(), checkpoint: HOSTILE },
  commands: [`dubscope new '${HOSTILE}'`],
  environment: [{ label: 'Engine', value: HOSTILE }],
};

/** Text of a page as a reader sees it. */
function visibleText(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}

describe('writeReport', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dubscope-report-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const pageOf = async (input: ReportInput): Promise<string> => {
    const { htmlPath } = await writeReport(folder, input);
    return readFile(htmlPath, 'utf8');
  };

  it('writes every file, whole, into a folder that it makes', async () => {
    const inner = join(folder, 'a', 'b');
    const written = await writeReport(inner, everything);
    const names = await readdir(inner);
    expect(names.toSorted()).toEqual([
      'evaluation.json',
      'heatmap.png',
      'heatmap.svg',
      'matrix.csv',
      'report.html',
      'retrieval.csv',
    ]);
    expect(written.files.toSorted()).toEqual(names.toSorted().map((name) => join(inner, name)));
    const saved = decodeEvaluation(await readFile(join(inner, 'evaluation.json'), 'utf8'));
    expect(saved).toEqual(everything.evaluation);
  });

  it('writes a page of a project with nothing in it', async () => {
    const page = await pageOf({ projectName: 'Empty' });
    expect(await readdir(folder)).toEqual(['report.html']);
    expect(page).toContain('nothing to report yet');
    expect(page).not.toContain('<section id=');
  });

  it('lets nothing hostile through, wherever it stands', async () => {
    const page = await pageOf(everything);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page.match(/&lt;img src=x/g)!.length).toBeGreaterThanOrEqual(9);
  });

  it('needs nothing from elsewhere', async () => {
    const page = await pageOf(everything);
    expect(page).not.toMatch(/\b(src|href)="(?!#)/);
    expect(page).not.toMatch(/@import|url\((?!#)/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
  });

  it('says each thing that it was told', async () => {
    const text = visibleText(await pageOf({ ...everything, projectName: 'Demo' }));
    for (const part of [
      '2026-11-23 08:00 UTC',
      '1 title from 3 files',
      '5 clips, 10 clip–dub pairs',
      'Planted faults found: 0 of 1',
      '(not found)',
      '120.0 ms late 98 % sure, 2 shots',
      '23.4 ms early',
      "can't tell",
      'dub-augmented',
      'Temperature τ',
      '0.07',
      'loss from 6.410 to 1.020',
      '25.0 % 7.0×',
      'How much closer the same clip is than another',
      'The same clip in two languages',
      'Different clips, by language',
      'dubscope new',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('adds pairs up by language, split and state', async () => {
    const page = await pageOf({ projectName: 'x', pairCounts: everything.pairCounts! });
    const rows = [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => visibleText(row!).trim());
    expect(rows).toEqual([
      'Pairs by language training held out accepted suspect all',
      'German de 4 1 4 1 5',
      'French fr 5 0 5 0 5',
      'all 9 1 9 1 10',
    ]);
  });

  it('tells of a project before its first run', async () => {
    const { evaluation: _, run: __, metrics: ___, ...imported } = everything;
    const page = await pageOf(imported);
    expect(page).not.toContain('id="languages"');
    expect(page).not.toContain('id="training"');
    expect(page).toContain('id="offsets"');
  });

  it('makes no claim where no two languages share enough clips', async () => {
    const few = exampleResult(['en', 'de'], 6);
    const page = await pageOf({ projectName: 'x', evaluation: few });
    expect(visibleText(page)).toContain('No two languages share 10 clips: too few for a claim.');
    expect(visibleText(page)).toContain('too few for a claim');
    expect(page).not.toContain('class="figures"');
  });

  it('folds long lists away and says how many there are', async () => {
    const findings = Array.from({ length: 400 }, (_, i) => ({ ...finding, id: `f${i}` }));
    const text = visibleText(await pageOf({ projectName: 'x', findings }));
    expect(text).toContain('All 400 findings');
    expect(text).toContain('and 100 more findings');
  });

  it('is the same to the last byte when written again', async () => {
    const first = await pageOf(everything);
    const png = await readFile(join(folder, 'heatmap.png'));
    expect(await pageOf(everything)).toBe(first);
    expect((await readFile(join(folder, 'heatmap.png'))).equals(png)).toBe(true);
  });
});
