/** Drawing and wording of what two tracks share. */
import type {
  SharedCode,
  SharedEvidence,
  SharedPartner,
  SharedPlace,
  SharedValue,
} from '../../core/domain/evidence.ts';
import { languageName } from '../../core/domain/language-tag.ts';
import { clockText, percentText } from './words.ts';

/** Room of the curve, and of the two bars below it that places are drawn between. */
export const CURVE_HEIGHT = 68;
export const OWN_BAR_Y = 78;
export const PARTNER_BAR_Y = 112;
export const BAR_HEIGHT = 5;
export const SHARED_HEIGHT = PARTNER_BAR_Y + BAR_HEIGHT + 2;
/** Room above a value of 1. */
const HEADROOM = 4;

/** A value's place from the top. */
export function shareY(value: number): number {
  return HEADROOM + (1 - Math.min(1, Math.max(0, value))) * (CURVE_HEIGHT - HEADROOM);
}

/** A line through the middles of columns, broken where there is nothing. `x`: place of a time. */
export function sharePath(columns: readonly SharedValue[], x: (sec: number) => number): string {
  let isDrawing = false;
  return columns
    .map(({ startSec, endSec, value }) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${x((startSec + endSec) / 2).toFixed(1)} ${shareY(value).toFixed(1)}`;
    })
    .join('');
}

/** The area under what the other dubs have. */
export function othersArea(columns: readonly SharedValue[], x: (sec: number) => number): string {
  return columns
    .map(({ startSec, endSec, othersValue }) => {
      if (othersValue === null) return '';
      const [from, to] = [x(startSec).toFixed(1), x(endSec).toFixed(1)];
      return `M${from} ${CURVE_HEIGHT}V${shareY(othersValue).toFixed(1)}H${to}V${CURVE_HEIGHT}z`;
    })
    .join('');
}

/** Where a time of the partner lies on its bar; both bars have the same scale where both are as long. */
export function partnerX({ timeWindow, partnerSec }: SharedEvidence, sec: number, width: number): number {
  return (sec / Math.max(partnerSec, timeWindow.endSec - timeWindow.startSec)) * width;
}

/** From a stretch of the track to where it is in the partner. */
export function ribbon(
  evidence: SharedEvidence,
  place: SharedPlace,
  x: (sec: number) => number,
  width: number,
): string {
  const { startSec, endSec, partnerSec } = place;
  const top = OWN_BAR_Y + BAR_HEIGHT;
  const [from, to] = [x(startSec), x(endSec)];
  const [itsFrom, itsTo] = [partnerSec, partnerSec + endSec - startSec].map((sec) =>
    partnerX(evidence, sec, width),
  );
  return `${from},${top} ${to},${top} ${itsTo},${PARTNER_BAR_Y} ${itsFrom},${PARTNER_BAR_Y}`;
}

/** Whom a track is held against: "the original (English)", "French", `German in shot 3 of "The Film"`. */
export function partnerWords({ language, role, titleName, shotName }: SharedPartner): string {
  const name = languageName(language);
  if (titleName !== null) return `${name} in shot ${shotName} of “${titleName}”`;
  return role === 'original' ? `the original (${name})` : name;
}

/** What the picture shows, with its numbers, for those who do not see it. `name`: of the dub's language. */
export function sharedWords(code: SharedCode, evidence: SharedEvidence, name: string): string {
  const { columns, partners, partner, measure, activeSec, sharedSec, places } = evidence;
  const who = partnerWords(partners[partner]!);
  if (columns.length === 0 || activeSec === 0)
    return `There is not enough sound in ${name} to compare it with ${who}.`;
  const others = columns.flatMap(({ value, othersValue }) => (value === null ? [] : (othersValue ?? [])));
  if (measure === 'contained') {
    const own = meanOf(columns.flatMap(({ value }) => value ?? []));
    const known = others.length === 0 ? '' : `; in the other dubs it is ${percentText(meanOf(others))}`;
    const what =
      code === 'commentary' ? 'of the whole original' : 'of the original, music and effects included,';
    return `On average ${percentText(own)} ${what} can be heard in ${name}${known}.`;
  }
  const own = percentText(meanOf(columns.flatMap(({ value }) => value ?? [])));
  const known = others.length === 0 ? '' : `, the other dubs of the shot ${percentText(meanOf(others))}`;
  const same = `the same sound in ${sharedSec.toFixed(1)} of ${activeSec.toFixed(1)} s`;
  return `${name} is ${own} like ${who} on average${known}; ${same}. ${placeWords(places)}`;
}

function placeWords(places: readonly SharedPlace[]): string {
  const [first] = places;
  if (first === undefined) return 'None of it has a place there that stands out.';
  const apartMs = Math.round((first.partnerSec - first.startSec) * 1000);
  const where = Math.abs(apartMs) < 100 ? 'at the same place' : `at ${clockText(first.partnerSec)} there`;
  const more = places.length - 1;
  const rest = more === 0 ? '' : `, and ${more} other ${more === 1 ? 'stretch' : 'stretches'}`;
  return `${clockText(Math.max(0, first.startSec))} to ${clockText(first.endSec)} is found ${where}${rest}.`;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
