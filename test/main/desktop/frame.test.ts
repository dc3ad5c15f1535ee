/** The parts of the window's frame that need no screen: menu, remembered projects and places, what a page may tell. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHost } from '../../../main/desktop/host-link.ts';
import { menuTemplate, readLook } from '../../../main/desktop/menu.ts';
import { boundsFor, FIRST_SIZE } from '../../../main/desktop/place.ts';
import { ShellProjects } from '../../../main/desktop/projects.ts';
import { ShellState } from '../../../main/desktop/shell-state.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const temporary = temporaryFolder();
const userData = join(temporary.folder, 'user data');
const made = (name: string): string => {
  const folder = join(temporary.folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'project.db'), '');
  return folder;
};
beforeAll(() => mkdirSync(temporary.folder, { recursive: true }));
afterAll(() => temporary.remove());

describe('ShellState', () => {
  it('remembers projects that still exist, the last one first, and the window, over a restart', async () => {
    const state = new ShellState(userData);
    expect(state.recent()).toEqual([]);
    expect(state.windowPlace).toBeNull();
    for (const name of ['a.dubscope', 'b.dubscope', 'a.dubscope']) state.noteProject(made(name));
    state.noteProject(join(temporary.folder, 'gone.dubscope'));
    state.windowPlace = { x: 1, y: 2, width: 1000, height: 700, isMaximized: true };
    await state.written();
    const later = new ShellState(userData);
    expect(later.recent().map(({ name }) => name)).toEqual(['a', 'b']);
    expect(later.windowPlace).toEqual({ x: 1, y: 2, width: 1000, height: 700, isMaximized: true });
    for (let i = 0; i < 20; i += 1) later.noteProject(made(`p${i}`));
    expect(later.recent()).toHaveLength(10);
    later.forgetProjects();
    await later.written();
    expect(new ShellState(userData).recent()).toEqual([]);
  });

  it.each(['', '{', '[]', 'null', '{"recent":3,"window":{"x":"1"}}', '{"recent":[1,null]}'])(
    'begins anew where its file says %s',
    (text) => {
      writeFileSync(join(userData, 'shell.json'), text);
      const state = new ShellState(userData);
      expect([state.recent(), state.windowPlace]).toEqual([[], null]);
      expect(readFileSync(join(userData, 'shell.json'), 'utf8')).toBe(text);
    },
  );
});

describe('boundsFor', () => {
  const screens = [
    { x: 0, y: 25, width: 1920, height: 1055 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  const place = { x: 100, y: 100, width: 1200, height: 800, isMaximized: false };
  it('opens where the window was, also half off a screen', () => {
    expect(boundsFor(place, screens)).toEqual({ x: 100, y: 100, width: 1200, height: 800 });
    expect(boundsFor({ ...place, x: 2900 }, screens)).toMatchObject({ x: 2900 });
  });
  it('lets the system choose where it could not be caught hold of', () => {
    for (const lost of [{ x: 3300 }, { x: -1150 }, { y: 5 }, { y: 1060 }, { x: 2000, y: -50 }]) {
      expect(boundsFor({ ...place, ...lost }, screens)).toEqual({ width: 1200, height: 800 });
    }
    expect(boundsFor(place, [])).toEqual({ width: 1200, height: 800 });
    expect(boundsFor(null, screens)).toEqual(FIRST_SIZE);
  });
});

describe('the menu', () => {
  const done: string[] = [];
  const note = (name: string) => (text?: string) =>
    void done.push(text === undefined ? name : `${name} ${text}`);
  const acts = {
    newProject: note('new'),
    openProject: note('open'),
    openRecent: note('recent'),
    forgetRecent: note('forget'),
    showProject: note('show'),
    page: note('page'),
  };
  const lines = [
    { action: 'undo', label: 'Undo', key: 'U' },
    { action: 'pairs', label: 'Pairs', key: 'Alt+2' },
    { action: 'keys', label: 'This list', key: '?' },
    { action: 'odd', label: 'Odd', key: '↓' },
  ];
  type Item = {
    label?: string;
    role?: string;
    enabled?: boolean;
    submenu?: Item[];
    accelerator?: string;
    click?(): void;
  };
  const items = (hasProject: boolean): Item[] =>
    (
      menuTemplate(
        { recent: [{ folder: '/f/a.dubscope', name: 'a & b' }], hasProject, lines },
        acts,
      ) as Item[]
    ).flatMap(({ submenu = [] }) => submenu.flatMap((item) => [item, ...(item.submenu ?? [])]));

  it('holds every action of the page once, with keys that only the page hears', () => {
    const found = items(true);
    for (const { label } of lines) expect(found.filter((item) => item.label === label)).toHaveLength(1);
    found.find(({ label }) => label === 'Pairs')?.click?.();
    found.find(({ label }) => label?.startsWith('a && b'))?.click?.();
    expect(done).toEqual(['page pairs', 'recent /f/a.dubscope']);
    expect(found.find(({ label }) => label === 'Pairs')).toMatchObject({
      accelerator: 'Alt+2',
      registerAccelerator: false,
    });
    expect(found.find(({ label }) => label === 'Odd')).not.toHaveProperty('accelerator');
  });

  it('offers what needs a project only with one, and no developer tools or reload', () => {
    const enabled = (has: boolean): (string | undefined)[] =>
      items(has)
        .filter((item) => item.enabled === false)
        .map(({ label }) => label);
    expect(enabled(true)).toEqual([]);
    expect(enabled(false)).toEqual(['&Show the project in the file manager', 'Undo', 'Pairs', 'Odd']);
    expect(items(true).map(({ role }) => role)).not.toContain('toggleDevTools');
  });

  it('takes from a page short texts only', () => {
    const look = readLook({ theme: 'dark', menu: [...lines, { action: 'x', label: 3, key: '' }, null, 'y'] });
    expect(look).toEqual({ theme: 'dark', menu: lines });
    for (const odd of [null, 3, {}, { theme: 'pink', menu: [] }, { theme: 'dark', menu: 'x' }]) {
      expect(readLook(odd)).toBeNull();
    }
    const many = Array.from({ length: 500 }, () => ({ action: 'a', label: 'x'.repeat(80), key: 'k' }));
    expect(readLook({ theme: 'light', menu: many })?.menu).toHaveLength(60);
    expect(readLook({ theme: 'light', menu: [{ ...lines[0], label: 'x'.repeat(81) }] })?.menu).toEqual([]);
  });
});

describe('ShellProjects', () => {
  it('opens another project, goes back where that fails, and remembers what was open', async () => {
    const state = new ShellState(join(temporary.folder, 'other data'));
    const host = startHost(ROOT, () => {});
    let changes = 0;
    const projects = new ShellProjects(host, state, () => {
      changes += 1;
    });
    try {
      const one = join(temporary.folder, 'one.dubscope');
      expect(await projects.open('project/create', one)).toMatchObject({ ok: true });
      expect(projects.folder).toBe(one);
      expect(await projects.open('project/open', made('no project'))).toMatchObject({ ok: false });
      expect(projects.folder).toBe(one);
      expect(await projects.request('project/summary', {})).toMatchObject({
        ok: true,
        value: { name: 'one' },
      });
      await projects.request('project/close', {});
      expect(projects.folder).toBeNull();
      expect(changes).toBe(4);
      expect(state.recent().map(({ folder }) => folder)).toEqual([one]);
    } finally {
      await host.close();
    }
  });
});
