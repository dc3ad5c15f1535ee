/** The command that shows the main job from end to end. */
import type { Command } from 'commander';
import type { Terminal } from '../cli/terminal.ts';
import type { DemoOptions } from '../demo/run-demo.ts';

/** Adds the command. */
export function addDemoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description(
      'the main job from end to end on the demo corpus: import, check, decide, train, evaluate, report',
    )
    .option('--media <folder>', 'on dubbed media of your own instead')
    .option('--out <folder>', 'where the project goes; demo-output in the checkout by default')
    .option('--quick', 'train a few steps only')
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('../demo/run-demo.ts');
      const result = await runDemo(terminal, options);
      if (terminal.json) terminal.result(result, () => []);
    });
}
