/** Tracks without sound. */
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { rounded, trackInShot } from './wording.ts';

/** How much louder the original must be for silence to be a fault: a quiet scene is quiet in every language, dB. */
const LOUDER_DB = 15;

/** `silent`: fault for a dub under a sounding original, warning where only the original is silent, info where both are. */
export function checkSilent(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const finding = judge(title, shot, dub);
      return finding === null ? [] : [finding];
    }),
  );
}

function judge(title: HeardTitle, shot: HeardShot, dub: HeardTrack): FindingDraft | null {
  const { original } = shot;
  const numbers = {
    loudestDbfs: rounded(dub.level.loudestDb, 1),
    originalLoudestDbfs: original === null ? null : rounded(original.level.loudestDb, 1),
  };
  const say = (severity: FindingDraft['severity'], sentence: string): FindingDraft =>
    trackFinding(title, shot, dub, { code: 'silent', severity, sentence, numbers });
  const where = trackInShot(dub, shot);
  if (isSilent(dub)) {
    const loudest = `its loudest tenth of a second is ${loudestText(dub)}`;
    if (original === null || original.level.loudestDb >= dub.level.loudestDb + LOUDER_DB) {
      return say(
        'fault',
        `${where} is silent: ${loudest}${original === null ? '' : `, the original reaches ${loudestText(original)}`}.`,
      );
    }
    return say('info', `${where} is silent (${loudest}), and so is the original.`);
  }
  if (
    original !== null &&
    isSilent(original) &&
    dub.level.loudestDb >= original.level.loudestDb + LOUDER_DB
  ) {
    const name = languageName(original.language);
    return say(
      'warning',
      `The original (${name}) is silent in shot ${shot.name} (${loudestText(original)} at most), ${languageName(dub.language)} is not.`,
    );
  }
  return null;
}

function loudestText(track: HeardTrack): string {
  return track.level.loudestDb <= -150 ? 'digital silence' : `${track.level.loudestDb.toFixed(0)} dBFS`;
}
