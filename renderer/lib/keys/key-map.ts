/** The one key map: what `?` shows is what the keys do. */

/** Where a key works. */
export type KeyScope = 'everywhere' | 'pairs' | 'inspector' | 'titles' | 'insights';

/** Tracks that have a key: 0 is the original. */
export type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** One action that a key calls. */
export type KeyAction =
  | 'overview'
  | 'pairs'
  | 'runs'
  | 'titles'
  | 'import'
  | 'insights'
  | 'cell-play'
  | 'cell-row'
  | 'cell-column'
  | 'cell-both'
  | 'cell-next'
  | 'cell-previous'
  | 'cell-inspect'
  | 'cell-order'
  | 'jobs'
  | 'keys'
  | 'show-fit'
  | 'spectrum'
  | 'palette'
  | 'export'
  | 'take-decisions'
  | 'exports'
  | 'settings'
  | 'undo'
  | 'redo'
  | 'next'
  | 'previous'
  | 'next-beside'
  | 'previous-beside'
  | 'extend-beside'
  | 'extend-before'
  | 'list-or-grid'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'accept'
  | 'reject'
  | 'needs-work'
  | 'edit-dubs'
  | 'search'
  | 'clear-filter'
  | 'play'
  | 'flip'
  | 'loop'
  | 'loop-in'
  | 'loop-out'
  | 'loop-clear'
  | 'before-after'
  | 'matched'
  | 'second-back'
  | 'second-on'
  | 'tenth-back'
  | 'tenth-on'
  | 'frame-back'
  | 'frame-on'
  | 'shot-start'
  | 'shot-end'
  | 'slower'
  | 'faster'
  | 'normal-speed'
  | 'zoom-in'
  | 'zoom-out'
  | 'taller'
  | 'lower'
  | 'fit-shot'
  | 'fit-loop'
  | 'view-back'
  | 'view-on'
  | 'follow-sound'
  | 'earlier-1'
  | 'later-1'
  | 'earlier-10'
  | 'later-10'
  | 'earlier-frame'
  | 'later-frame'
  | 'keep-offset'
  | 'drop-offset'
  | 'edit-track'
  | 'next-pair'
  | 'edit-clip'
  | 'previous-pair'
  | 'accept-heard'
  | 'reject-heard'
  | 'needs-work-heard'
  | 'reject-because'
  | 'next-flagged-heard'
  | 'previous-flagged-heard'
  | 'back'
  | `along-${Digit}`
  | `mute-${Digit}`
  | 'hear-0'
  | 'hear-1'
  | 'hear-2'
  | 'hear-3'
  | 'hear-4'
  | 'hear-5'
  | 'hear-6'
  | 'hear-7'
  | 'hear-8'
  | 'hear-9'
  | 'extend-down'
  | 'extend-up'
  | 'move-down'
  | 'move-up'
  | 'toggle-choice'
  | 'choose-all'
  | 'invert-choice'
  | 'next-flagged'
  | 'previous-flagged'
  | 'search-titles'
  | 'inspect';

/** A line of the map. Several keys may do the same. */
export type KeyLine = { action: KeyAction; keys: readonly string[]; scope: KeyScope; label: string };

const DIGITS: readonly Digit[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const ofDigit = (digit: Digit): string => (digit === 0 ? 'the original' : `dub ${digit}`);

/** Every key of the window. `Alt+`, `Shift+` and `Ctrl+` stand before the key's own name. */
export const KEY_MAP: readonly KeyLine[] = [
  { action: 'accept', keys: ['a'], scope: 'pairs', label: 'Accept the pair and go on' },
  { action: 'reject', keys: ['r'], scope: 'pairs', label: 'Reject the pair and go on' },
  { action: 'needs-work', keys: ['w'], scope: 'pairs', label: 'Mark as needing work and go on' },
  { action: 'next', keys: ['ArrowDown'], scope: 'pairs', label: 'Next pair' },
  { action: 'previous', keys: ['ArrowUp'], scope: 'pairs', label: 'Previous pair' },
  { action: 'next-beside', keys: ['ArrowRight'], scope: 'pairs', label: 'Next pair, beside it in the grid' },
  { action: 'previous-beside', keys: ['ArrowLeft'], scope: 'pairs', label: 'Previous pair, beside it' },
  { action: 'list-or-grid', keys: ['g'], scope: 'pairs', label: 'As pictures, or as a list' },
  { action: 'page-down', keys: ['PageDown'], scope: 'pairs', label: 'A page down' },
  { action: 'page-up', keys: ['PageUp'], scope: 'pairs', label: 'A page up' },
  { action: 'first', keys: ['Home'], scope: 'pairs', label: 'First pair' },
  { action: 'last', keys: ['End'], scope: 'pairs', label: 'Last pair' },
  { action: 'search', keys: ['/'], scope: 'pairs', label: 'Filter by name' },
  {
    action: 'clear-filter',
    keys: ['Escape'],
    scope: 'pairs',
    label: 'Leave the name filter, the selection, then all filters',
  },
  { action: 'extend-down', keys: ['Shift+ArrowDown'], scope: 'pairs', label: 'Select the next pair, too' },
  { action: 'extend-up', keys: ['Shift+ArrowUp'], scope: 'pairs', label: 'Select the previous pair, too' },
  {
    action: 'extend-beside',
    keys: ['Shift+ArrowRight'],
    scope: 'pairs',
    label: 'Select the pair beside it, too',
  },
  {
    action: 'extend-before',
    keys: ['Shift+ArrowLeft'],
    scope: 'pairs',
    label: 'Select the pair before it, too',
  },
  { action: 'move-down', keys: ['Ctrl+ArrowDown'], scope: 'pairs', label: 'Down, with the selection kept' },
  { action: 'move-up', keys: ['Ctrl+ArrowUp'], scope: 'pairs', label: 'Up, with the selection kept' },
  { action: 'toggle-choice', keys: ['Ctrl+ '], scope: 'pairs', label: 'Select the pair, too, or no longer' },
  { action: 'choose-all', keys: ['Ctrl+a'], scope: 'pairs', label: 'Select all of the filter' },
  { action: 'invert-choice', keys: ['Ctrl+i'], scope: 'pairs', label: 'Select the others instead' },
  { action: 'edit-dubs', keys: ['e'], scope: 'pairs', label: 'Change language, role or offset of the dubs' },
  { action: 'next-flagged', keys: ['F8'], scope: 'pairs', label: 'Next undecided fault or warning' },
  {
    action: 'previous-flagged',
    keys: ['Shift+F8'],
    scope: 'pairs',
    label: 'Previous undecided fault or warning',
  },
  { action: 'inspect', keys: ['Enter'], scope: 'pairs', label: 'See and hear the pair' },
  { action: 'play', keys: [' '], scope: 'inspector', label: 'Play or pause' },
  { action: 'flip', keys: ['x'], scope: 'inspector', label: 'Between the last two sounds' },
  {
    action: 'before-after',
    keys: ['b'],
    scope: 'inspector',
    label: 'Before and after the offset that is tried',
  },
  { action: 'loop', keys: ['l'], scope: 'inspector', label: 'Hear the range or the clip again and again' },
  { action: 'loop-in', keys: ['i'], scope: 'inspector', label: 'The range to loop begins here' },
  { action: 'loop-out', keys: ['o'], scope: 'inspector', label: 'The range to loop ends here' },
  { action: 'loop-clear', keys: ['Shift+L'], scope: 'inspector', label: 'Forget the range: loop the clip' },
  { action: 'matched', keys: ['m'], scope: 'inspector', label: 'All tracks equally loud, or as they are' },
  { action: 'second-back', keys: ['ArrowLeft'], scope: 'inspector', label: 'A second back' },
  { action: 'second-on', keys: ['ArrowRight'], scope: 'inspector', label: 'A second on' },
  { action: 'tenth-back', keys: ['Shift+ArrowLeft'], scope: 'inspector', label: 'A tenth of a second back' },
  { action: 'tenth-on', keys: ['Shift+ArrowRight'], scope: 'inspector', label: 'A tenth of a second on' },
  { action: 'frame-back', keys: [','], scope: 'inspector', label: 'A frame back' },
  { action: 'frame-on', keys: ['.'], scope: 'inspector', label: 'A frame on' },
  { action: 'shot-start', keys: ['Home'], scope: 'inspector', label: 'To the start' },
  { action: 'shot-end', keys: ['End'], scope: 'inspector', label: 'To the end' },
  { action: 'slower', keys: ['j'], scope: 'inspector', label: 'Slower' },
  { action: 'faster', keys: ['k'], scope: 'inspector', label: 'Faster' },
  { action: 'normal-speed', keys: ['Shift+K'], scope: 'inspector', label: 'Normal speed' },
  { action: 'zoom-in', keys: ['+', 'Ctrl+ArrowUp'], scope: 'inspector', label: 'Show less time' },
  { action: 'zoom-out', keys: ['-', 'Ctrl+ArrowDown'], scope: 'inspector', label: 'Show more time' },
  { action: 'taller', keys: ['Alt+ArrowUp'], scope: 'inspector', label: 'Taller waveforms' },
  { action: 'lower', keys: ['Alt+ArrowDown'], scope: 'inspector', label: 'Lower waveforms' },
  { action: 'spectrum', keys: ['s'], scope: 'inspector', label: 'Spectrograms or waveforms' },
  { action: 'fit-shot', keys: ['f'], scope: 'inspector', label: 'Show the whole shot' },
  { action: 'fit-loop', keys: ['Shift+F'], scope: 'inspector', label: 'Show the range or the clip' },
  { action: 'view-back', keys: ['PageUp'], scope: 'inspector', label: 'Scroll to earlier' },
  { action: 'view-on', keys: ['PageDown'], scope: 'inspector', label: 'Scroll to later' },
  { action: 'follow-sound', keys: ['g'], scope: 'inspector', label: 'Go along with the sound, or stay' },
  { action: 'earlier-1', keys: ['{'], scope: 'inspector', label: 'Hear the dub 1 ms earlier' },
  { action: 'later-1', keys: ['}'], scope: 'inspector', label: 'Hear the dub 1 ms later' },
  { action: 'earlier-10', keys: ['['], scope: 'inspector', label: 'Hear the dub 10 ms earlier' },
  { action: 'later-10', keys: [']'], scope: 'inspector', label: 'Hear the dub 10 ms later' },
  { action: 'earlier-frame', keys: ['Alt+['], scope: 'inspector', label: 'Hear the dub a frame earlier' },
  { action: 'later-frame', keys: ['Alt+]'], scope: 'inspector', label: 'Hear the dub a frame later' },
  {
    action: 'keep-offset',
    keys: ['Enter'],
    scope: 'inspector',
    label: 'Keep the offset that is tried, for the title',
  },
  {
    action: 'show-fit',
    keys: ['v'],
    scope: 'inspector',
    label: 'Why: how the dub fits at each shift, what is behind the findings',
  },
  { action: 'drop-offset', keys: ['Backspace'], scope: 'inspector', label: 'Drop it' },
  {
    action: 'edit-track',
    keys: ['t'],
    scope: 'inspector',
    label: 'Put the language or role of the dub right',
  },
  { action: 'edit-clip', keys: ['c'], scope: 'inspector', label: 'Trim or split the clip' },
  { action: 'next-pair', keys: ['ArrowDown', 'Ctrl+ArrowRight'], scope: 'inspector', label: 'Next pair' },
  {
    action: 'previous-pair',
    keys: ['ArrowUp', 'Ctrl+ArrowLeft'],
    scope: 'inspector',
    label: 'Previous pair',
  },
  {
    action: 'accept-heard',
    keys: ['a', 'Ctrl+Enter'],
    scope: 'inspector',
    label: 'Accept the pair and go on',
  },
  { action: 'reject-heard', keys: ['r'], scope: 'inspector', label: 'Reject the pair and go on' },
  { action: 'needs-work-heard', keys: ['w'], scope: 'inspector', label: 'Mark as needing work and go on' },
  {
    action: 'reject-because',
    keys: ['Shift+R'],
    scope: 'inspector',
    label: 'Reject with a reason and go on',
  },
  {
    action: 'next-flagged-heard',
    keys: ['F8'],
    scope: 'inspector',
    label: 'Next undecided fault or warning',
  },
  {
    action: 'previous-flagged-heard',
    keys: ['Shift+F8'],
    scope: 'inspector',
    label: 'Previous undecided fault or warning',
  },
  { action: 'back', keys: ['Escape'], scope: 'inspector', label: 'Back to the list' },
  { action: 'hear-0', keys: ['0'], scope: 'inspector', label: 'Hear the original' },
  { action: 'hear-1', keys: ['1'], scope: 'inspector', label: 'Hear dub 1' },
  { action: 'hear-2', keys: ['2'], scope: 'inspector', label: 'Hear dub 2' },
  { action: 'hear-3', keys: ['3'], scope: 'inspector', label: 'Hear dub 3' },
  { action: 'hear-4', keys: ['4'], scope: 'inspector', label: 'Hear dub 4' },
  { action: 'hear-5', keys: ['5'], scope: 'inspector', label: 'Hear dub 5' },
  { action: 'hear-6', keys: ['6'], scope: 'inspector', label: 'Hear dub 6' },
  { action: 'hear-7', keys: ['7'], scope: 'inspector', label: 'Hear dub 7' },
  { action: 'hear-8', keys: ['8'], scope: 'inspector', label: 'Hear dub 8' },
  { action: 'hear-9', keys: ['9'], scope: 'inspector', label: 'Hear dub 9' },
  ...DIGITS.map(
    (digit): KeyLine => ({
      action: `along-${digit}`,
      keys: [`Shift+${digit}`],
      scope: 'inspector',
      label: `Hear ${ofDigit(digit)} as well, or no longer`,
    }),
  ),
  ...DIGITS.map(
    (digit): KeyLine => ({
      action: `mute-${digit}`,
      keys: [`Alt+Shift+${digit}`],
      scope: 'inspector',
      label: `Mute ${ofDigit(digit)} among those heard`,
    }),
  ),
  { action: 'cell-play', keys: [' '], scope: 'insights', label: 'Play or pause the clip of the cell' },
  { action: 'cell-row', keys: ['1'], scope: 'insights', label: 'Hear the sound of the row' },
  { action: 'cell-column', keys: ['2'], scope: 'insights', label: 'Hear the sound of the column' },
  { action: 'cell-both', keys: ['3'], scope: 'insights', label: 'Hear both at once' },
  { action: 'cell-next', keys: ['n', 'Ctrl+ArrowDown'], scope: 'insights', label: 'Next clip of the cell' },
  { action: 'cell-previous', keys: ['p', 'Ctrl+ArrowUp'], scope: 'insights', label: 'Previous clip' },
  { action: 'cell-order', keys: ['o'], scope: 'insights', label: 'The most alike first, or the least' },
  { action: 'cell-inspect', keys: ['Enter'], scope: 'insights', label: 'See and hear the pair' },
  { action: 'search-titles', keys: ['/'], scope: 'titles', label: 'Filter titles by name' },
  { action: 'undo', keys: ['u', 'Ctrl+z'], scope: 'everywhere', label: 'Undo the last change' },
  { action: 'redo', keys: ['Shift+U', 'Ctrl+Shift+Z'], scope: 'everywhere', label: 'Do it again' },
  { action: 'overview', keys: ['Alt+1'], scope: 'everywhere', label: 'Overview' },
  { action: 'pairs', keys: ['Alt+2'], scope: 'everywhere', label: 'Pairs' },
  { action: 'runs', keys: ['Alt+3'], scope: 'everywhere', label: 'Runs' },
  { action: 'titles', keys: ['Alt+4'], scope: 'everywhere', label: 'Titles' },
  { action: 'import', keys: ['Alt+5'], scope: 'everywhere', label: 'Import' },
  { action: 'insights', keys: ['Alt+6'], scope: 'everywhere', label: 'Insights: heatmaps' },
  { action: 'jobs', keys: ['Alt+j'], scope: 'everywhere', label: 'Jobs' },
  { action: 'export', keys: ['Ctrl+e'], scope: 'everywhere', label: 'Export pairs, decisions or shards' },
  {
    action: 'take-decisions',
    keys: ['Ctrl+Shift+E'],
    scope: 'everywhere',
    label: 'Take in decisions from a file',
  },
  { action: 'exports', keys: ['Ctrl+j'], scope: 'everywhere', label: 'Past exports' },
  { action: 'palette', keys: ['Ctrl+k', 'F1'], scope: 'everywhere', label: 'Find a command or a title' },
  { action: 'settings', keys: ['Ctrl+,'], scope: 'everywhere', label: 'Settings and keys' },
  { action: 'keys', keys: ['?'], scope: 'everywhere', label: 'This list' },
];
