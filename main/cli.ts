/** The `dubscope` command. */
import './compile-cache.ts';

// Static imports would all be compiled before the first of them has run.
const { runCommandLine } = await import('./cli/run.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
// Native engines keep threads alive after their work is done.
process.stdout.write('', () => process.exit());
