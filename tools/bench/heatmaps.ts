/**
 * The page of heatmaps over a large evaluation in a real Chromium: made embeddings of a million pairs in 30 languages,
 * measured by the evaluation's own functions but for retrieval, which would take hours here and is not what opens the page.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { systemClock } from '../../core/clock.ts';
import type { DatasetAudio, DatasetClip } from '../../core/domain/dataset.ts';
import { drawUnits } from '../../core/evaluation/bootstrap.ts';
import type { Embeddings } from '../../core/evaluation/embeddings.ts';
import { writeEvaluation } from '../../core/evaluation/evaluation-folder.ts';
import {
  measureLanguageCells,
  measurePictureCells,
  wholeMatrix,
} from '../../core/evaluation/language-matrix.ts';
import { measureTitles } from '../../core/evaluation/title-rows.ts';
import { unitsOf } from '../../core/evaluation/units.ts';
import { createProject, type Project } from '../../core/project/project.ts';
import { evaluationFolder, insertEvaluation, insertRun } from '../../core/project/queries/runs.ts';
import { createRng } from '../../core/rng.ts';
import { defaultRunConfig } from '../../core/training/config.ts';
import { ensureBuilt } from '../../main/window-build.ts';

const CLI = fileURLToPath(new URL('../../main/cli.ts', import.meta.url));
const CHROMIUM = process.env.DUBSCOPE_CHROMIUM ?? '/usr/bin/chromium';
const DIM = 128;
const CLIPS_A_TITLE = 20;
const LANGUAGES =
  'en ar bg cs da de el es et fi fr he hi hr hu id it ja ko lt lv nl pl pt ro ru sv th tr uk'.split(' ');

/** Makes two such evaluations, opens the page on them, removes them. */
export async function benchHeatmaps({
  pairs,
  print,
}: {
  pairs: number;
  print: (line: string) => void;
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-heatmaps-'));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    await ensureBuilt('renderer');
    const projectFolder = join(folder, 'large.dubscope');
    const clipCount = Math.ceil(pairs / (LANGUAGES.length - 1));
    const project = createProject(projectFolder, { program: 'bench', clock: systemClock });
    for (const [i, id] of ['eval-1', 'eval-2'].entries()) await store(project, id, clipCount, i);
    project.close();
    print(`${clipCount} clips in ${LANGUAGES.length} languages: ${clipCount * (LANGUAGES.length - 1)} pairs`);
    const served = await startServe(projectFolder);
    try {
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(served.address);
      await page.waitForSelector('nav[aria-label="Pages"]');
      await measure(page, print);
    } finally {
      served.child.kill('SIGTERM');
      await new Promise((resolve) => served.child.once('close', resolve));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(page: Page, print: (line: string) => void): Promise<void> {
  const timed = async (what: string, act: () => Promise<unknown>, shown: string): Promise<void> => {
    const startMs = performance.now();
    await act();
    await page.locator(shown).first().waitFor();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    print(`  ${what.padEnd(56)} ${(performance.now() - startMs).toFixed(0)} ms`);
  };
  const cell = '[role="gridcell"][aria-label*="English (en) and "]';
  await timed('the page, first opened', () => page.keyboard.press('Alt+6'), cell);
  await page.keyboard.press('Alt+1');
  await timed('the page, opened again', () => page.keyboard.press('Alt+6'), cell);
  await timed('clips behind a cell, first', () => page.locator(cell).nth(3).click(), '[role="option"]');
  await timed(
    'clips behind another cell',
    () => page.locator(cell).nth(8).click(),
    '[role="gridcell"][aria-selected="true"]',
  );
  await timed(
    'less another evaluation, with paired intervals',
    () => page.getByLabel('Against which evaluation').selectOption('eval-1'),
    '[role="gridcell"][aria-label*="difference"]',
  );
  await timed(
    'titles, 200 of them',
    () => page.getByRole('tab', { name: 'Titles' }).click(),
    '[role="gridcell"][aria-label^="Title 00000"]',
  );
}

async function store(project: Project, id: string, clipCount: number, seed: number): Promise<void> {
  const embeddings = madeEmbeddings(clipCount, seed);
  const { clips, languages } = embeddings;
  const units = unitsOf(clips);
  const uncertainty = { units, draws: drawUnits(units.names.length, createRng(1)) };
  const half = measureLanguageCells(embeddings, uncertainty);
  const pictures = measurePictureCells(embeddings, uncertainty);
  const folder = evaluationFolder(project, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'dataset.json'), '{"version":1,"clips":[]}');
  await writeEvaluation(folder, {
    result: {
      version: 1,
      runId: 'run-1',
      checkpoint: 'ck-000000450',
      clipCount,
      languages,
      originalLanguages: ['en'],
      retrieval: [],
      matrix: wholeMatrix(languages, half),
      pictures: pictures.map((one) => one.cell),
      resampling: units.resampling,
    },
    clips: { version: 1, clips: [] },
    titles: measureTitles(embeddings, []),
    embeddings,
    units,
    cells: [...half, ...pictures],
  });
  if (seed === 0) {
    insertRun(project.db, {
      id: 'run-1',
      config: defaultRunConfig('tiny'),
      createdMs: 0,
      clipCount,
      pairCount: clipCount,
      totalSteps: 450,
    });
  }
  insertEvaluation(project.db, { id, runId: 'run-1', createdMs: seed, clipCount, step: 450 });
}

function madeEmbeddings(clipCount: number, seed: number): Embeddings {
  const { uniform } = createRng(seed).stream('embeddings');
  const clips = Array.from({ length: clipCount }, (_, i) => madeClip(i));
  const rows = (): Float32Array => {
    const data = new Float32Array(clipCount * DIM);
    for (let row = 0; row < clipCount; row += 1) {
      let sum = 0;
      for (let d = 0; d < DIM; d += 1) {
        const value = uniform() - 0.5 + 0.4 * Math.sin(row * 37 + d);
        data[row * DIM + d] = value;
        sum += value * value;
      }
      for (let d = 0; d < DIM; d += 1) data[row * DIM + d]! /= Math.sqrt(sum);
    }
    return data;
  };
  const clipIndexes = clips.map((_, i) => i);
  const audio = new Map(LANGUAGES.map((language) => [language, { clipIndexes, data: rows() }]));
  return { clips, dim: DIM, languages: LANGUAGES, video: rows(), audio };
}

function madeClip(i: number): DatasetClip {
  const title = Math.floor(i / CLIPS_A_TITLE);
  const sound = (language: string): DatasetAudio => ({
    language,
    source: { path: '', streamIndex: 0, sha256: '' },
    offsetMs: 0,
    pairId: null,
  });
  return {
    clipId: `c_${i}`,
    titleId: `t_${title}`,
    titleName: `Title ${String(title).padStart(5, '0')}`,
    shotName: String(i % CLIPS_A_TITLE),
    split: 'heldout',
    timeWindow: { startSec: 0, endSec: 3 },
    video: { path: '', streamIndex: 0, sha256: '' },
    original: sound('en'),
    dubs: LANGUAGES.slice(1).map(sound),
  };
}

async function startServe(project: string): Promise<{ address: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [CLI, 'serve', project], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const found = /http:\S+/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`serve ended: ${said}`)));
  });
  return { address, child };
}
