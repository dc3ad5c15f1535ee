/** What a track is for, from what its container and its name say of it. */
import type { TrackRole } from '../domain/media.ts';

/** Words that people give tracks as names, in the languages that releases are labelled in; the first that fits counts. */
const WORDS: readonly (readonly [TrackRole, RegExp])[] = [
  [
    'audio-description',
    /\b(audio[ -]?descri(ption|bed|ptive)|descriptive (audio|video)|described video|dvs|audiodeskription|audiodescri(ption|pci[oó]n|zione|[cç][aã]o)|h[oö]rfilmfassung)\b/iu,
  ],
  [
    'commentary',
    /\b(comment(ary|aries|aire)|kommentar(e|spur)?|comentarios?|coment[aá]rios?|commento)\b|コメンタリー/iu,
  ],
  [
    'music-and-effects',
    /\b(m ?[&+] ?e|m and e|music (and|&|\+) effects|int(ernational)? track|no[_ -]?vocals|instrumental|bande internationale|it[- ]band)\b/iu,
  ],
  [
    'synthetic',
    /\b(tts|text[ -]to[ -]speech|synthetic|ai[ -]?dub(bed)?|machine[ -]dub(bed)?|voice[ -]?clone)\b/iu,
  ],
  [
    'original',
    /\b(original( audio| version| language)?|o[fv]|v\.?o(st)?|version originale|originalton|o-?ton|versi[oó]n original|versione originale)\b/iu,
  ],
  [
    'dub',
    /\b(dub(bed)?|v\.?f[fiqb]?|doblaje|doblado|doppiat[oa]|synchronisiert|synchro|dublado|version fran[cç]aise)\b|吹替/iu,
  ],
];

/** Dispositions that a container can set, and the roles they mean. They are set on purpose, so they win over names. */
const DISPOSITIONS: readonly (readonly [string, TrackRole])[] = [
  ['comment', 'commentary'],
  ['visual_impaired', 'audio-description'],
  ['descriptions', 'audio-description'],
  ['clean_effects', 'music-and-effects'],
];

/**
 * The role that dispositions or a track's name give; null where they do not say. `original` and `dub` dispositions count
 * after names, since some writers set them for every track.
 */
export function roleOf({
  dispositions,
  title,
}: {
  dispositions: readonly string[];
  title: string;
}): TrackRole | null {
  for (const [name, role] of DISPOSITIONS) if (dispositions.includes(name)) return role;
  for (const [role, words] of WORDS) if (words.test(title)) return role;
  if (dispositions.includes('original')) return 'original';
  return dispositions.includes('dub') ? 'dub' : null;
}
