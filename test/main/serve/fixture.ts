/** A served project with findings, offsets and rows enough to scroll, without media: what the window's tests open. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../core/clock.ts';
import type { Alignment, FindingDraft } from '../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { noteInJournal } from '../../../core/project/journal.ts';
import { createProject, type Project } from '../../../core/project/project.ts';
import { storeCheckResult } from '../../../core/project/queries/findings.ts';
import { createHost, type Host } from '../../../main/host.ts';
import type { PagePolicy } from '../../../main/page-policy.ts';
import { type RunningServe, serve } from '../../../main/serve.ts';
import { ensureBuilt } from '../../../main/window-build.ts';
import { madeImport } from '../../fixtures/project.ts';

/** What a finding's test looks for: text that a page must show as text. */
export const HOSTILE_SENTENCE = 'The dub is silent: <img src=x onerror=alert(1)> -91.0 dBFS over 3.0 s.';

/** A running server on a project of its own. */
export type ServedProject = {
  folder: string;
  host: Host;
  running: RunningServe;
  /** Stops the server and starts another one on the same project. */
  restart(): Promise<RunningServe>;
  close(): Promise<void>;
};

/**
 * Makes and serves a project of `titleCount` titles (0, or 2 and more) with two shots and two dubs each. `more` puts
 * in what else a test needs.
 */
export async function serveMadeProject(
  titleCount: number,
  policy: PagePolicy = { mayChangeProject: false },
  more: (project: Project) => void | Promise<void> = () => {},
): Promise<ServedProject> {
  const temporary = mkdtempSync(join(tmpdir(), 'dubscope-serve-'));
  const folder = join(temporary, 'films.dubscope');
  const project = createProject(folder, { program: 'test', clock: systemClock });
  if (titleCount > 0) fillProject(project, titleCount);
  await more(project);
  project.close();
  const windowFolder = await ensureBuilt('renderer');
  const start = async (): Promise<{ host: Host; running: RunningServe }> => {
    const host = createHost({ program: 'test' });
    await host.client.call('project/open', { folder });
    const running = await serve({
      host,
      policy,
      windowFolder,
      port: 0,
      addressFolder: join(temporary, 'run'),
    });
    return { host, running };
  };
  let present = await start();
  const stop = async (): Promise<void> => {
    await present.running.close();
    await present.host.close();
  };
  return {
    folder,
    get host() {
      return present.host;
    },
    get running() {
      return present.running;
    },
    restart: async () => {
      await stop();
      present = await start();
      return present.running;
    },
    close: async () => {
      await stop();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

function fillProject(project: Project, titleCount: number): void {
  const imported = madeImport(titleCount);
  storeImport(project.db, systemClock, imported, { label: `Import ${titleCount} titles`, by: 'person' });
  storeCheckResult(
    project.db,
    imported.titles.map((title) => title.id),
    { alignments: imported.titles.flatMap(({ id }) => alignmentsOf(id)), findings: findingsOf(titleCount) },
  );
  noteInJournal(project.db, systemClock, { label: `Check ${titleCount} titles`, by: 'checks' });
}

function alignmentsOf(titleId: string): Alignment[] {
  const base = { titleId, confidence: 0.98, source: 'measured' as const, shotCount: 2, candidatesMs: [] };
  return [
    { ...base, language: 'de' as LanguageTag, offsetMs: -23.4, peakRatio: 3.1 },
    { ...base, language: 'fr' as LanguageTag, offsetMs: null, confidence: 0, peakRatio: 1.02 },
  ];
}

function findingsOf(titleCount: number): FindingDraft[] {
  const findings: FindingDraft[] = [];
  for (let t = 0; t < titleCount; t += 1) {
    findings.push({
      titleId: `t_${t}`,
      shotId: null,
      trackId: null,
      language: 'de' as LanguageTag,
      code: 'offset',
      severity: 'info',
      sentence: 'German sounds 23.4 ms earlier than the English original, measured over 2 shots.',
      numbers: { offsetMs: -23.4, peakRatio: 3.1 },
    });
  }
  findings.push(
    {
      titleId: 't_0',
      shotId: 's_0_1',
      trackId: 'k_0_1_fr',
      language: 'fr' as LanguageTag,
      code: 'silent',
      severity: 'fault',
      sentence: HOSTILE_SENTENCE,
      numbers: { levelDbfs: -91, durationSec: 3 },
    },
    {
      titleId: 't_1',
      shotId: 's_1_0',
      trackId: 'k_1_0_de',
      language: 'de' as LanguageTag,
      code: 'level-difference',
      severity: 'warning',
      sentence: 'The dub is 12.3 dB quieter than the original where both are heard.',
      numbers: { differenceDb: -12.3 },
    },
  );
  return findings;
}
