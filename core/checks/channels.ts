/** Dubs with a channel that is dead, upside down, doubled, swapped, or one too many or too few. */
import type { FindingDraft, FindingSeverity } from '../domain/finding.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { rounded, trackInShot } from './wording.ts';

/** A channel below this is dead, dBFS, when another is far louder. */
const DEAD_DB = -70;
/** 5.1 and 7.1 carry low frequencies in their fourth channel, and nothing most of the time. */
const LOW_FREQUENCY_CHANNEL = 3;
const SEVERITIES: FindingSeverity[] = ['fault', 'warning', 'info'];

type Fault = { kind: string; severity: FindingSeverity; text: string };

/** `channels`: one finding for each dub with the worst of what its channels show, all of it in its sentence. */
export function checkChannels(title: HeardTitle, profile: CheckProfile = DEFAULT_PROFILE): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      if (isSilent(dub) && Math.max(...dub.measures.channelDb, -200) < DEAD_DB) return [];
      const faults = [...ownFaults(dub, profile), ...againstOriginal(shot, dub, profile)];
      return faults.length === 0 ? [] : [findingOf(title, shot, dub, faults)];
    }),
  );
}

function ownFaults({ measures }: HeardTrack, profile: CheckProfile): Fault[] {
  const { channelDb, stereoCorrelation } = measures;
  const { outOfPhase, cancelled, deadBelowDb } = profile.thresholds.channels;
  const faults: Fault[] = [];
  const loudest = Math.max(...channelDb, -200);
  for (const [i, level] of channelDb.entries()) {
    // Of many channels only the front ones must sound.
    if (i > 2 || (channelDb.length > 2 && i === LOW_FREQUENCY_CHANNEL)) continue;
    if (
      channelDb.length > 2 &&
      i < 2 &&
      stereoCorrelation === null &&
      Math.max(channelDb[0]!, channelDb[1]!) < DEAD_DB
    )
      continue;
    if (level < DEAD_DB && loudest > level + deadBelowDb) {
      faults.push({ kind: `dead-${i + 1}`, severity: 'warning', text: `channel ${i + 1} is dead` });
    }
  }
  if (stereoCorrelation !== null && stereoCorrelation < outOfPhase) {
    const severity = stereoCorrelation < cancelled ? 'fault' : 'warning';
    const text = `left and right are out of phase (correlation ${stereoCorrelation.toFixed(2)}): mixed to mono they cancel each other`;
    faults.push({ kind: 'out-of-phase', severity, text });
  }
  return faults;
}

function againstOriginal({ original }: HeardShot, dub: HeardTrack, profile: CheckProfile): Fault[] {
  if (original === null || isSilent(original)) return [];
  const { identicalAbove, swapDb } = profile.thresholds.channels;
  const own = dub.measures;
  const other = original.measures;
  const faults: Fault[] = [];
  if (own.channels !== other.channels && own.channels > 0 && other.channels > 0) {
    const text = `it has ${channelCount(own.channels)}, the original ${channelCount(other.channels)}`;
    faults.push({ kind: 'count', severity: 'info', text });
  } else if (isIdentical(own, identicalAbove) && !isIdentical(other, identicalAbove)) {
    if (other.stereoCorrelation !== null) {
      faults.push({
        kind: 'identical',
        severity: 'info',
        text: 'both channels are the same, those of the original are not',
      });
    }
  }
  if (own.channels === 2 && other.channels === 2) {
    const lean = own.channelDb[0]! - own.channelDb[1]!;
    const otherLean = other.channelDb[0]! - other.channelDb[1]!;
    if (Math.min(Math.abs(lean), Math.abs(otherLean)) >= swapDb && lean * otherLean < 0) {
      faults.push({
        kind: 'swapped',
        severity: 'info',
        text: 'left and right seem to be swapped against the original',
      });
    }
  }
  return faults;
}

function isIdentical({ stereoCorrelation, channelDb }: HeardTrack['measures'], above: number): boolean {
  return (
    stereoCorrelation !== null && stereoCorrelation >= above && Math.abs(channelDb[0]! - channelDb[1]!) < 0.5
  );
}

function channelCount(count: number): string {
  return count === 1 ? '1 channel' : `${count} channels`;
}

function findingOf(
  title: HeardTitle,
  shot: HeardShot,
  dub: HeardTrack,
  faults: readonly Fault[],
): FindingDraft {
  const { channels, stereoCorrelation, channelDb } = dub.measures;
  const severity = SEVERITIES.find((one) => faults.some((fault) => fault.severity === one))!;
  const sentence = `${trackInShot(dub, shot)}: ${faults.map(({ text }) => text).join('; ')}.`;
  const numbers = {
    kinds: faults.map(({ kind }) => kind).join(' '),
    channels,
    originalChannels: shot.original?.measures.channels ?? null,
    correlation: stereoCorrelation === null ? null : rounded(stereoCorrelation),
    channelDbfs: channelDb.map((level) => level.toFixed(1)).join(' '),
  };
  return trackFinding(title, shot, dub, { code: 'channels', severity, sentence, numbers });
}
