/** The titles of the demo corpus: what they are called, where they belong and how their files are laid out. */

export const ORIGINAL_LANGUAGE = 'en';
export const DUB_LANGUAGES = ['de', 'es', 'fr', 'it'] as const;
export const LANGUAGES = [ORIGINAL_LANGUAGE, ...DUB_LANGUAGES] as const;
export const SHOTS_PER_TITLE = 6;

export type DemoLanguage = (typeof LANGUAGES)[number];
export type Split = 'train' | 'heldout';
/**
 * - `mkv`, `mp4`: one file a shot with every language as a track
 * - `sidecar`: one video with the original, one audio file a dub
 * - `per-language`: one whole video a language
 */
export type Layout = 'mkv' | 'mp4' | 'sidecar' | 'per-language';

export type DemoTitle = {
  /** As in the file names; no underscore. */
  id: string;
  split: Split;
  layout: Layout;
  languages: readonly DemoLanguage[];
};

export const TITLES: readonly DemoTitle[] = [
  title('amber-road', 'train', 'mkv'),
  title('blue-harbour', 'train', 'sidecar'),
  title('cold-lantern', 'train', 'mkv'),
  title('distant-drums', 'train', 'mkv', 'it'),
  title('early-frost', 'train', 'per-language'),
  title('far-meadow', 'train', 'mkv'),
  title('glass-garden', 'train', 'mp4'),
  title('hollow-hill', 'train', 'mkv'),
  title('iron-coast', 'train', 'sidecar'),
  title('july-letters', 'train', 'mkv', 'fr'),
  title('kite-season', 'train', 'mkv'),
  title('long-weekend', 'train', 'mkv'),
  title('mill-street', 'train', 'sidecar'),
  title('night-ferry', 'train', 'mkv'),
  title('orchard-lane', 'train', 'mkv', 'es'),
  title('paper-moon-bay', 'train', 'mkv'),
  title('quiet-platform', 'heldout', 'mkv'),
  title('river-mouth', 'heldout', 'sidecar'),
  title('salt-and-tin', 'heldout', 'mkv'),
  title('tall-windows', 'heldout', 'mkv', 'de'),
  title('under-the-arch', 'heldout', 'mp4'),
  title('violet-hour', 'heldout', 'mkv'),
  title('winter-tram', 'heldout', 'per-language'),
  title('yellow-door', 'heldout', 'mkv'),
];

function title(id: string, split: Split, layout: Layout, without?: DemoLanguage): DemoTitle {
  return { id, split, layout, languages: LANGUAGES.filter((language) => language !== without) };
}
