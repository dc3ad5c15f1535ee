/**
 * The package as `npm run package -- --dir` makes it, started: the shell out of its archive, the host from the plain
 * files beside it, on the Node that it carries. It copies 0.7 GB, so only where DUBSCOPE_TEST_PACKAGE=1 asks for it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHost } from '../../main/host.ts';
import { buildForElectron9, builtShell } from './build-shell.ts';
import { type FoundElectron, findElectron, startScreen, type VirtualScreen } from './find-electron.ts';
import { giveToShell, processesBelow, startShell } from './start-shell.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const isWanted = process.env.DUBSCOPE_TEST_PACKAGE === '1';
const found = isWanted ? await findElectron() : 'DUBSCOPE_TEST_PACKAGE=1 was not set';
const screen = typeof found === 'string' ? found : await startScreen();
if (typeof screen === 'string') process.stderr.write(`NOT TESTED as a package: ${screen}.\n`);

describe.runIf(typeof screen !== 'string')('the package', () => {
  it('opens a project with its own Node, and gives it back when it is closed', async () => {
    const electron = found as FoundElectron;
    const temporary = mkdtempSync(join(tmpdir(), 'dubscope-package-'));
    const project = join(temporary, 'films.dubscope');
    const built = electron.isOld ? await buildForElectron9() : await builtShell();
    try {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/package.ts', '--dir'], {
        cwd: ROOT,
        encoding: 'utf8',
        env: {
          ...process.env,
          DUBSCOPE_ELECTRON_DIST: dirname(electron.binary),
          DUBSCOPE_PACKAGE_PARTS: built.folder ?? '',
        },
      });
      expect(status, `${stdout}${stderr}`).toBe(0);
      const host = createHost({ program: 'test' });
      await host.client.call('project/create', { folder: project });
      await host.close();
      giveToShell(temporary);
      const binary = join(ROOT, 'release', 'linux-unpacked', 'dubscope');
      const running = await startShell({
        electron: { ...electron, binary },
        display: (screen as VirtualScreen).display,
        desktop: null,
        home: join(temporary, 'home'),
        project,
      });
      const name = `window.dubscope.request('project/summary', {}).then(({ ok, value }) => ok && value.name)`;
      await expect.poll(() => running.page.evaluate(name), { timeout: 20_000 }).toBe('films');
      const hosts = processesBelow(running.pid).filter(({ command }) => command.includes('host-process.ts'));
      expect(hosts.map(({ command }) => command)).toEqual([
        expect.stringMatching(
          /linux-unpacked\/resources\/host\/node_modules\/node\/bin\/node .*host-process\.ts/,
        ),
      ]);
      void running.page.evaluate('window.close()').catch(() => {});
      expect(await running.ended).toBe(0);
    } finally {
      (screen as VirtualScreen).stop();
      for (const folder of [temporary, built.folder]) {
        if (folder) rmSync(folder, { recursive: true, force: true });
      }
    }
  }, 280_000);
});
