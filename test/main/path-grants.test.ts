/** What a page may name: the places given and what lies below them, told by components and with links followed. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../core/checks/profile.ts';
import { PROFILE_NAMES, pageRefusal } from '../../main/page-policy.ts';
import { createPathGrants } from '../../main/path-grants.ts';
import { temporaryFolder } from '../fixtures/project.ts';

const temporary = temporaryFolder();
const at = (...names: string[]): string => join(temporary.folder, ...names);
afterAll(() => temporary.remove());

describe('createPathGrants', () => {
  it('takes a place and what lies below it, also what is still to be made', () => {
    mkdirSync(at('media', 'films'), { recursive: true });
    mkdirSync(at('media-secret'));
    const grants = createPathGrants([at('media')]);
    for (const path of [
      at('media'),
      at('media', 'films'),
      at('media', 'new', 'a.dubscope'),
      at('media/./x'),
    ]) {
      expect(grants.has(path), path).toBe(true);
    }
    for (const path of [
      temporary.folder,
      at('media-secret'),
      at('media', '..', 'media-secret'),
      at('media', '.ssh', 'id'),
      at('media', 'films', '.hidden'),
      `${at('media')}\0`,
      `/${at('media')}`,
      `\\\\host\\share`,
      '/',
      '',
    ]) {
      expect(grants.has(path), path).toBe(false);
    }
    expect(grants.hasItself(at('media'))).toBe(true);
    expect(grants.hasItself(at('media', 'films'))).toBe(false);
  });

  it('follows links before it judges, both ways', () => {
    mkdirSync(at('given'));
    mkdirSync(at('other'));
    symlinkSync(at('other'), at('given', 'out'));
    symlinkSync(at('given'), at('in'));
    const grants = createPathGrants([at('given')]);
    expect(grants.has(at('given', 'out'))).toBe(false);
    expect(grants.has(at('given', 'out', 'new'))).toBe(false);
    expect(grants.has(at('in', 'film.mp4'))).toBe(true);
  });
});

describe('the policy of a page', () => {
  it('lets it name the profiles that come with the program, and no file', () => {
    expect([...PROFILE_NAMES]).toEqual(PROFILES.map(({ name }) => name));
    const policy = { mayChangeProject: false, isGranted: () => false };
    for (const profile of PROFILE_NAMES) expect(pageRefusal(policy, 'check/start', { profile })).toBeNull();
    expect(pageRefusal(policy, 'check/start', { profile: '/etc/passwd' })?.code).toBe('PATH_DENIED');
    expect(pageRefusal(policy, 'import/plan', { paths: [], manifest: '/etc/passwd' })?.code).toBe(
      'PATH_DENIED',
    );
    expect(pageRefusal(policy, 'import/plan', { list: { path: '/etc', kind: 'x' } })?.code).toBe(
      'PATH_DENIED',
    );
    for (const name of ['run/start', 'run/estimate', 'run/find']) {
      const argument = { config: { startFrom: '/etc/passwd' } };
      expect(pageRefusal(policy, name, argument)?.code, name).toBe('PATH_DENIED');
      expect(pageRefusal(policy, name, { config: { startFrom: 'run-2' } })).toBeNull();
    }
  });

  it('lets it export under a name alone, wherever else it may read, and take decisions from there', () => {
    const policy = { mayChangeProject: false, isGranted: (path: string) => path === '/given/decisions.csv' };
    const refusal = (name: string, path: string) => pageRefusal(policy, name, { kind: 'pairs', path })?.code;
    for (const name of ['pairs.csv', 'my pairs 2.jsonl', 'Übersicht.parquet', 'shards']) {
      expect(refusal('export/start', name), name).toBeUndefined();
      expect(refusal('decision/import', name), name).toBeUndefined();
    }
    for (const path of [
      '/given/decisions.csv',
      '../project.db',
      '..',
      '.hidden',
      'a/b.csv',
      'a\\b',
      'C:x',
      '',
    ]) {
      expect(refusal('export/start', path), path).toBe('PATH_DENIED');
    }
    expect(refusal('decision/import', '/given/decisions.csv')).toBeUndefined();
    expect(refusal('decision/import', '/etc/passwd')).toBe('PATH_DENIED');
    expect(refusal('decision/import', '../project.db')).toBe('PATH_DENIED');
  });
});
