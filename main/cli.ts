/** The `dubscope` command. */
import { runCommandLine } from './cli/run.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
// Native engines keep threads alive after their work is done.
process.stdout.write('', () => process.exit());
