/** The doctor's report as lines of plain text. */
import { isSoftwareRenderer } from './check-engines.ts';
import type { DoctorReport, EngineFacts } from './report.ts';

const LABEL_WIDTH = 12;

/** Lines for a terminal: one fact a line, then what is wrong, or that nothing is. */
export function formatDoctor(report: DoctorReport): string[] {
  const { machine, sqlite, media, cache, checkout } = report;
  const gpu =
    machine.gpu.names.join(', ') || (machine.gpu.seen ? 'NVIDIA driver found' : 'no NVIDIA GPU seen');
  return [
    line('Node', `${machine.node.version.slice(1)} (${machine.node.path})`),
    line('System', machine.system),
    line('Processor', `${machine.processor}, ${machine.cores} cores`),
    line('Memory', `${gib(machine.memoryBytes)} GiB, ${gib(machine.freeMemoryBytes)} free`),
    line('GPU', gpu),
    line(
      'ffmpeg',
      `${media.ffmpegVersion ?? 'not found'} (${media.ffmpegPath ?? '-'}, ${media.origin ?? '-'})`,
    ),
    line(
      'ffprobe',
      `${media.ffprobeVersion ?? 'not found'} (${media.ffprobePath ?? '-'}, ${media.origin ?? '-'})`,
    ),
    line('SQLite', sqlite.version ?? 'does not load'),
    ...report.engines.map((engine) => line('Engine', engineText(engine, report))),
    line('Used', report.used === null ? 'none' : `${report.used.name}: ${report.used.why}`),
    line(
      'Cache',
      `${cache.folder}, ${gib(cache.bytes)} GiB used, ${cache.freeBytes === null ? '?' : gib(cache.freeBytes)} GiB free`,
    ),
    ...(checkout === null
      ? []
      : [line('Checkout', `${checkout.folder}, packages ${packagesText(checkout.packagesCurrent)}`)]),
    '',
    ...(report.problems.length === 0 ? ['All is well.'] : report.problems.map((problem) => `! ${problem}`)),
  ];
}

function engineText(engine: EngineFacts, report: DoctorReport): string {
  if (engine.loaded === null) return `${engine.name}: not available: ${engine.problem}`;
  const { version, device, threads, gflops, matrixSize } = engine.loaded;
  const files = engine.name === 'tensorflow' ? `, files ${report.engineFiles.state}` : '';
  const speed = `${gflops.toFixed(gflops < 10 ? 1 : 0)} GFLOP/s (float32 ${matrixSize} x ${matrixSize})`;
  const place = isSoftwareRenderer(engine) ? 'cpu in software' : device;
  const using = engine.name === 'webgpu' ? '' : `, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `${engine.name}: ${version}, ${place}${using}, ${speed}${files}`;
}

function packagesText(current: boolean | null): string {
  if (current === null) return 'not installed by the set-up';
  return current ? 'up to date' : 'out of date';
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
