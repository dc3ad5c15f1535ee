/**
 * Spoken language against the tag, as far as a project can tell by itself: whether a voice sounds like the other titles'
 * tracks in its language, or like those in another. No model of languages at large can be had (docs/speech.md), so
 * this learns from the project, and says nothing where the project does not hold enough to learn from.
 */
import { setImmediate } from 'node:timers/promises';
import type { FindingDraft } from '../domain/finding.ts';
import { type LanguageTag, languageName } from '../domain/language-tag.ts';
import {
  addStatistics,
  languageScore,
  learnBackground,
  type Mixture,
  momentCount,
  noStatistics,
  type VoiceStatistics,
  voiceStatistics,
} from '../speech/language-models.ts';
import type { HeardTitle, HeardTrack } from './heard.ts';
import { percent, rounded, shots } from './wording.ts';

/** A language is known from this many titles on. */
const LEAST_TITLES = 16;
/** Speech of a voice that can be judged, moments of 16 ms that were kept (over 3 s). */
const LEAST_MOMENTS = 200;
/** A shot has a vote from here on (0.6 s). */
const LEAST_SHOT_MOMENTS = 40;
/** Nothing is said of a voice unless this share of all others sounds like its own tag, of so many at least. */
const LEAST_RIGHT_SHARE = 0.97;
const LEAST_VOICES = 16;
/**
 * How much better the other language must fit, nats a moment, and how many of the votes it must have. In 24 titles of
 * the demo corpus a rightly tagged voice reached 0.06 (docs/checks.md).
 */
const LEAST_MARGIN = 0.3;
const LEAST_VOTES = 3;
const LEAST_VOTE_SHARE = 0.65;

/** A language's track throughout a title. */
type Voice = { title: HeardTitle; language: LanguageTag; tracks: HeardTrack[] };
type Vote = { language: LanguageTag; isCounted: boolean };
type Judged = { voice: Voice; heard: LanguageTag; margin: number; votes: Vote[] };

/** What a project's voices can say about its languages. */
export type LanguageHearing = {
  /** Voices that could be judged, and those that sound most like the others of their own tag. */
  voices: number;
  right: number;
  findings: FindingDraft[];
};

/**
 * `language-mismatch` over all titles, with how well the project's languages can be told apart at all. A warning at most:
 * it knows voices, not words. @throws the signal's reason when it aborts.
 */
export async function checkLanguages(
  titles: readonly HeardTitle[],
  signal?: AbortSignal | undefined,
): Promise<LanguageHearing> {
  const voices = knownVoices(titles);
  if (voices.length < LEAST_VOICES) return { voices: voices.length, right: 0, findings: [] };
  const background = learnBackground(voices.flatMap(({ tracks }) => tracks.map(soundsOf)));
  const known = new Map<LanguageTag, VoiceStatistics>();
  for (const voice of voices) {
    await pause(signal);
    const whole = known.get(voice.language) ?? noStatistics();
    addStatistics(whole, statisticsOf(background, voice.tracks));
    known.set(voice.language, whole);
  }
  if (known.size < 2) return { voices: voices.length, right: 0, findings: [] };
  const judged: Judged[] = [];
  for (const ofTitle of byTitle(voices)) {
    await pause(signal);
    judged.push(...judgeTitle(background, known, ofTitle));
  }
  const right = judged.filter(({ voice, heard }) => heard === voice.language).length;
  const findings = judged.flatMap((one) => {
    const others = judged.length - 1;
    const rightOthers = right - Number(one.heard === one.voice.language);
    const canTell = others >= LEAST_VOICES && rightOthers >= LEAST_RIGHT_SHARE * others;
    return canTell ? findingOf(one, rightOthers / others) : [];
  });
  return { voices: judged.length, right, findings };
}

/** One turn of the event loop, in which a request to stop can arrive. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

function soundsOf(track: HeardTrack) {
  return track.speech?.sounds ?? new Int8Array(0);
}

function statisticsOf(background: Mixture, tracks: readonly HeardTrack[]): VoiceStatistics {
  return voiceStatistics(background, tracks.map(soundsOf));
}

/** All voices with speech, originals among them, in languages that enough titles have. */
function knownVoices(titles: readonly HeardTitle[]): Voice[] {
  const voices = titles.flatMap((title) => {
    const tracks = title.shots.flatMap((shot) => [...(shot.original ? [shot.original] : []), ...shot.dubs]);
    const languages = [...new Set(tracks.map(({ language }) => language))].filter((tag) => tag !== 'und');
    return languages.map((language): Voice => {
      const own = tracks.filter((track) => track.language === language && soundsOf(track).length > 0);
      return { title, language, tracks: own };
    });
  });
  const spoken = voices.filter(({ tracks }) => tracks.length > 0);
  const counts = new Map<LanguageTag, number>();
  for (const { language } of spoken) counts.set(language, (counts.get(language) ?? 0) + 1);
  return spoken.filter(({ language }) => counts.get(language)! >= LEAST_TITLES);
}

function byTitle(voices: readonly Voice[]): Voice[][] {
  return [...Map.groupBy(voices, ({ title }) => title.titleId).values()];
}

/** Scores a title's voices by what all other titles sound like. */
function judgeTitle(
  background: Mixture,
  known: ReadonlyMap<LanguageTag, VoiceStatistics>,
  voices: readonly Voice[],
): Judged[] {
  const own = new Map(voices.map((voice) => [voice.language, statisticsOf(background, voice.tracks)]));
  const others = [...known].map(([language, whole]) => {
    const rest = noStatistics();
    addStatistics(rest, whole);
    const part = own.get(language);
    if (part !== undefined) addStatistics(rest, part, -1);
    return { language, rest };
  });
  const best = (statistics: VoiceStatistics): { language: LanguageTag; score: number }[] =>
    others
      .map(({ language, rest }) => ({ language, score: languageScore(background, statistics, rest) }))
      .sort((a, b) => b.score - a.score);
  return voices.flatMap((voice): Judged[] => {
    const statistics = own.get(voice.language)!;
    if (momentCount(statistics) < LEAST_MOMENTS) return [];
    const ranked = best(statistics);
    const tagged = ranked.find(({ language }) => language === voice.language)!;
    const votes = voice.tracks.map((track): Vote => {
      const said = statisticsOf(background, [track]);
      return { language: best(said)[0]!.language, isCounted: momentCount(said) >= LEAST_SHOT_MOMENTS };
    });
    return [{ voice, heard: ranked[0]!.language, margin: ranked[0]!.score - tagged.score, votes }];
  });
}

function findingOf({ voice, heard, margin, votes }: Judged, rightShare: number): FindingDraft[] {
  const { title, language } = voice;
  if (heard === language) return [];
  const counted = votes.filter(({ isCounted }) => isCounted);
  const forHeard = counted.filter((vote) => vote.language === heard).length;
  const forTag = counted.filter((vote) => vote.language === language).length;
  const isClear = forHeard >= LEAST_VOTES && forHeard >= LEAST_VOTE_SHARE * counted.length;
  if (margin < LEAST_MARGIN || !isClear) return [];
  return [
    {
      titleId: title.titleId,
      shotId: null,
      trackId: null,
      language,
      code: 'language-mismatch',
      severity: 'warning',
      sentence: `${languageName(language)} of this title sounds like the ${languageName(heard)} of the other titles: ${forHeard} of ${shots(counted.length)} say ${languageName(heard)}, ${forTag} ${languageName(language)} (told by voice alone; in this project it is right for ${percent(rightShare)} of the tracks).`,
      numbers: {
        tagged: language,
        heard,
        expected: language,
        votesHeard: forHeard,
        votesTagged: forTag,
        votes: counted.length,
        marginNats: rounded(margin),
        rightShare: rounded(rightShare),
      },
    },
  ];
}
