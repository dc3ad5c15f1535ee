/** Memory and processor time of a process and of all it started, as Linux counts them. */
import { readdirSync, readFileSync } from 'node:fs';

const EACH_MS = 250;
const PAGE_BYTES = 4096;
/** Ticks of the kernel's clock in a second. */
const TICKS = 100;

/** Watches a tree of processes until its root ends. @returns how to ask for the largest sum so far, bytes. */
export function watchMemory(rootPid: number): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    const bytes = treeBytes(rootPid);
    if (bytes === 0) clearInterval(timer);
    peak = Math.max(peak, bytes);
  }, EACH_MS);
  timer.unref();
  return () => peak;
}

/** Processor time of this process and of the children that have ended, s. */
export function processorSec(): { own: number; children: number } {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { own: (user + system) / TICKS, children: (childUser + childSystem) / TICKS };
}

function treeBytes(rootPid: number): number {
  const parents = new Map<number, number>();
  const sizes = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      sizes.set(Number(name), Number(readFileSync(`/proc/${name}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES);
    } catch {
      // It has ended meanwhile.
    }
  }
  const belongs = (pid: number): boolean =>
    pid === rootPid || (parents.has(pid) && belongs(parents.get(pid)!));
  return [...sizes].reduce((sum, [pid, size]) => sum + (belongs(pid) ? size : 0), 0);
}
