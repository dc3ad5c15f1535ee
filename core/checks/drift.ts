/** Dubs that run faster or slower than their original. */
import { hasOtherSpeed, type TimeMap } from '../align/find-map.ts';
import { speedName } from '../align/speed.ts';
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, trackFinding } from './heard.ts';
import { rounded, shots, trackInShot } from './wording.ts';

/** A name is given to a speed that is known at least this well... */
const NAMED_WITHIN = 4e-4;
/** ... and lies within so many times its uncertainty. */
const NAMED_UNCERTAINTIES = 4;

type DriftingDub = { shot: HeardShot; dub: HeardTrack; map: TimeMap };

/**
 * `drift`: fault; once for a language whose shots, most of them, run at one other speed, else once for each shot that
 * does.
 */
export function checkDrift(title: HeardTitle): FindingDraft[] {
  const voices = new Set(title.shots.flatMap(({ dubs }) => dubs.map(({ voice }) => voice)));
  return [...voices].flatMap((voice) => {
    const all = title.shots.flatMap(({ dubs }) => dubs.filter((dub) => dub.voice === voice));
    const drifting = driftingDubs(title, voice);
    if (drifting.length > 1 && drifting.length >= all.length / 2 && isOneSpeed(drifting)) {
      return [languageFinding(title, drifting)];
    }
    return drifting.map(({ shot, dub, map }) => {
      const sentence = `${trackInShot(dub, shot)} ${speedText(map)}: ${driftText(map)}. One shift cannot put that right.`;
      return trackFinding(title, shot, dub, {
        code: 'drift',
        severity: 'fault',
        sentence,
        numbers: { ...speedNumbers(map), shotCount: 1 },
      });
    });
  });
}

/** The dubs of a voice that run at another speed. */
export function driftingDubs(title: HeardTitle, voice: string): DriftingDub[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const map = dub.timeMap ?? null;
      return dub.voice === voice && map !== null && hasOtherSpeed(map) ? [{ shot, dub, map }] : [];
    }),
  );
}

/** 25/24 and 25/23.976 differ by 0.1 %, which a shot of some seconds cannot tell. */
function isOneSpeed(dubs: readonly DriftingDub[]): boolean {
  const speeds = dubs.map(({ map }) => map.speed);
  return Math.max(...speeds) / Math.min(...speeds) - 1 < 0.003;
}

function languageFinding(title: HeardTitle, dubs: readonly DriftingDub[]): FindingDraft {
  const { dub, map } = [...dubs].sort((a, b) => a.map.speedUncertainty - b.map.speedUncertainty)[0]!;
  const { language } = dub;
  const sentence = `${languageName(language)} ${speedText(map)} in this title (measured over ${shots(dubs.length)}): ${driftText(map)}. One shift cannot put that right.`;
  const numbers = { ...speedNumbers(map), shotCount: dubs.length };
  const { titleId } = title;
  return {
    titleId,
    shotId: null,
    trackId: null,
    language,
    code: 'drift',
    severity: 'fault',
    sentence,
    numbers,
  };
}

function nameOf({ speed, speedUncertainty }: TimeMap): string | null {
  return speedName(speed, Math.min(NAMED_WITHIN, NAMED_UNCERTAINTIES * speedUncertainty));
}

function speedText(map: TimeMap): string {
  const share = Math.abs(map.speed - 1) * 100;
  const name = nameOf(map);
  const digits = share >= 1 ? 1 : Math.max(2, 1 - Math.floor(Math.log10(share)));
  return `runs ${share.toFixed(digits)} % ${map.speed > 1 ? 'faster' : 'slower'} than the original${name === null ? '' : ` (${name})`}`;
}

function driftText({ speed }: TimeMap): string {
  const driftSec = Math.abs(1 - 1 / speed) * 3600;
  return `${driftSec >= 10 ? Math.round(driftSec) : driftSec.toFixed(1)} s of drift in one hour`;
}

function speedNumbers(map: TimeMap): Record<string, number | string | null> {
  return {
    speedRatio: rounded(map.speed, 7),
    speedUncertainty: rounded(map.speedUncertainty, 7),
    speedName: nameOf(map),
    startOffsetMs: rounded(map.parts[0]!.offsetMs),
    foundShare: rounded(map.found / map.stretches),
  };
}
