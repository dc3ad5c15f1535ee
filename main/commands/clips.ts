/** Commands that put the window of a clip right. */
import type { Command } from 'commander';
import type { Terminal } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';

const BY = 'command line';

/** Adds the commands. */
export function addClipCommands(program: Command, terminal: Terminal): void {
  program
    .command('trim')
    .description("make a pair's clip shorter, for all dubs; one step that can be undone")
    .argument('<project>')
    .argument('<pair>', 'id of one of its pairs (dubscope pairs)')
    .argument('<from>', 'seconds of the shot', Number)
    .argument('<to>', 'seconds of the shot', Number)
    .action(async (folder: string, pairId: string, startSec: number, endSec: number) => {
      const result = await withProject(terminal, { folder }, async ({ client }) => {
        const { clipId } = (await client.call('pair/get', { pairId })).pair;
        return client.call('clip/trim', { clipId, startSec, endSec, by: BY });
      });
      terminal.result(result, () => [
        result.changed === 0
          ? 'The clip lies within these times already. Nothing was changed.'
          : 'Trimmed the clip.',
      ]);
    });
  program
    .command('split-clip')
    .description("cut a pair's clip in two, for all dubs; one step that can be undone")
    .argument('<project>')
    .argument('<pair>', 'id of one of its pairs (dubscope pairs)')
    .argument('<at>', 'seconds of the shot', Number)
    .action(async (folder: string, pairId: string, atSec: number) => {
      const result = await withProject(terminal, { folder }, async ({ client }) => {
        const { clipId } = (await client.call('pair/get', { pairId })).pair;
        return client.call('clip/split', { clipId, atSec, by: BY });
      });
      terminal.result(result, () => ['Split the clip. Both parts have the decisions that it had.']);
    });
}
