/** The verdict of a comparison in words, with its numbers. */
import type { PairedDifference, PartVerdict, Reproduction } from '../domain/reproduction.ts';
import { counted } from './report/words.ts';
import { decimal } from './svg.ts';

/** What the line is made of. */
export type Judged = Pick<
  Reproduction,
  'verdict' | 'parts' | 'differences' | 'seeds' | 'clipCount' | 'shotCount'
>;

const HEADS: Record<Reproduction['verdict'], string> = {
  held: "The paper's claim held here",
  'held-in-part': "The paper's claim held here in part",
  'did-not-hold': "The paper's claim did not hold here",
  'cannot-tell': "It can't be told whether the paper's claim holds here",
};

const ALIKE: Record<PartVerdict, string> = {
  yes: 'made the same clip in two languages more alike',
  no: 'did not make the same clip in two languages clearly more alike',
  unclear: 'may or may not have made the same clip in two languages more alike',
};

const FOUND: Record<PartVerdict, string> = {
  yes: 'made retrieval from dubbed audio better',
  no: 'did not make retrieval from dubbed audio clearly better',
  unclear: 'may or may not have made retrieval from dubbed audio better',
};

/** The verdict in one line, e.g. "The paper's claim held here: ...". */
export function verdictLine({ verdict, parts, differences, seeds, clipCount }: Judged): string {
  const { sameClip, gap, dubRetrieval } = differences;
  const alike = `${ALIKE[parts.similarity]} (cosine ${differenceText(sameClip)}; beyond other clips ${differenceText(gap)})`;
  const found = `${FOUND[parts.retrieval]} (mean reciprocal rank ${differenceText(dubRetrieval)})`;
  const joint = parts.similarity === parts.retrieval ? 'and' : 'but';
  return `${HEADS[verdict]}: over ${counted(seeds.length, 'seed')} and ${counted(clipCount, 'held-out clip')}, training with dubs ${alike}, ${joint} ${found}.`;
}

/** `+0.12, 95 % interval +0.08 to +0.15`. */
export function differenceText({ mean, low, high }: PairedDifference): string {
  return `${signed(mean)}, 95\u202f% interval ${signed(low)} to ${signed(high)}`;
}

/** A difference with its sign and three digits. */
export function signed(value: number): string {
  const text = decimal(value, 3);
  return value > 0 && !text.startsWith('\u2212') && Number(text) !== 0 ? `+${text}` : text;
}
