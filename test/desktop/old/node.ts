/** Node 12 dressed as a current one, as far as the shell's own modules need it; for the smoke test only. */
import fs from 'node:fs';
import { join } from 'node:path';

type Any = Record<string, unknown>;
const oldFs = fs as unknown as Any;
const promises = fs.promises as unknown as Any;

promises.rm ??= (path: string) => fs.promises.unlink(path).catch(() => {});

const readdirSync = fs.readdirSync as unknown as (folder: string, options: unknown) => fs.Dirent[];
oldFs.readdirSync = (folder: string, options?: { recursive?: boolean }) =>
  options?.recursive === true ? below(folder) : readdirSync(folder, options);

function below(folder: string): fs.Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    (entry as unknown as Any).parentPath = folder;
    return entry.isDirectory() ? below(join(folder, entry.name)) : [entry];
  });
}
