/** Whether an NVIDIA GPU can be used here. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { findOnPath } from './paths.mjs';

/**
 * True when the driver and a device node are there, or `nvidia-smi` lists a GPU (as under WSL). A container sees the
 * host's driver in /proc without having the device, so that alone is not enough. `DUBSCOPE_GPU=off` says no.
 */
export function seesNvidiaGpu(env = process.env) {
  if (env.DUBSCOPE_GPU === 'off') return false;
  if (existsSync('/proc/driver/nvidia/version') && hasDeviceNode()) return true;
  const program = findOnPath('nvidia-smi', env);
  if (program === null) return false;
  const { status, stdout } = spawnSync(program, ['-L'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 && /^GPU \d+:/m.test(stdout);
}

function hasDeviceNode() {
  try {
    return readdirSync('/dev').some((name) => /^nvidia\d+$/.test(name));
  } catch {
    return false;
  }
}
