/** The command that says what was found on this machine and what is used. */
import type { Command } from 'commander';
import type { Terminal } from '../cli/terminal.ts';

/** Adds the command. */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('say what was found on this machine, what is used and why, with a measured speed')
    .option('--repair', 'try the set-up of missing parts again first')
    .action(async () => {
      const { formatDoctor, runDoctor } = await import('../../core/doctor/doctor.ts');
      const report = await runDoctor();
      terminal.result(report, () => formatDoctor(report));
    });
}
