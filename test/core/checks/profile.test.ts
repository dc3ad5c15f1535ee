import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE, loadProfile, PROFILES, withProfile } from '../../../core/checks/profile.ts';
import type { FindingDraft } from '../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const path = join(folder, `${Math.abs(text.length)}.json`);
  await writeFile(path, text);
  return path;
}

const finding = (code: FindingDraft['code'], severity: FindingDraft['severity']): FindingDraft => ({
  titleId: 't',
  shotId: null,
  trackId: null,
  language: 'de' as LanguageTag,
  code,
  severity,
  sentence: '',
  numbers: {},
});

describe('profiles', () => {
  it('come with the program: dataset by default, strict, broadcast', async () => {
    expect(PROFILES.map(({ name }) => name)).toEqual(['dataset', 'strict', 'broadcast']);
    expect(DEFAULT_PROFILE.severities).toEqual({});
    expect((await loadProfile('strict')).thresholds.dropout.shortestMs).toBeLessThan(
      DEFAULT_PROFILE.thresholds.dropout.shortestMs,
    );
  });

  it('may be a file', async () => {
    const own = { ...DEFAULT_PROFILE, name: 'mine', severities: { offset: { info: 'off' } } };
    expect(await loadProfile(await fileWith(JSON.stringify(own)))).toEqual(own);
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      'a name that is none',
      async () => 'lenient',
      /neither a profile \(dataset, strict, broadcast\) nor a file/,
    ],
    ['no JSON', () => fileWith('{'), /no JSON/],
    [
      'a threshold that is none',
      () => fileWith(JSON.stringify(DEFAULT_PROFILE).replace('"shortestMs":100', '"shortestMs":"long"')),
      /thresholds\.dropout\.shortestMs/,
    ],
    [
      'a check that is none',
      () => fileWith(JSON.stringify({ ...DEFAULT_PROFILE, severities: { loud: {} } })),
      /severities/,
    ],
  ] as const)('refuses %s and says what is wrong', async (_, make, message) => {
    const refused = loadProfile(await make());
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: 'PROFILE_INVALID' });
  });

  it('change severities and turn findings off', () => {
    const profile = {
      ...DEFAULT_PROFILE,
      severities: { clipped: { warning: 'fault' as const }, offset: { info: 'off' as const } },
    };
    const findings = [finding('clipped', 'warning'), finding('offset', 'info'), finding('offset', 'warning')];
    expect(withProfile(findings, profile).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'fault clipped',
      'warning offset',
    ]);
  });
});
