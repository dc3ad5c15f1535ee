import { describe, expect, it } from 'vitest';
import { roleOf } from '../../../core/media/roles.ts';

describe('roleOf', () => {
  it.each([
    ['Commentary by the director', 'commentary'],
    ['Kommentar der Regisseurin', 'commentary'],
    ['Commentaire audio', 'commentary'],
    ['English Audio Description', 'audio-description'],
    ['Deutsch (Audiodeskription)', 'audio-description'],
    ['Audiodescripción', 'audio-description'],
    ['Descriptive Video Service (DVS)', 'audio-description'],
    ['M&E 5.1', 'music-and-effects'],
    ['M+E', 'music-and-effects'],
    ['no_vocals', 'music-and-effects'],
    ['Deutsch TTS', 'synthetic'],
    ['AI dub', 'synthetic'],
    ['Original version', 'original'],
    ['VO 5.1', 'original'],
    ['VFQ', 'dub'],
    ['Doblaje latino', 'dub'],
  ])('%s is %s', (title, role) => expect(roleOf({ title, dispositions: [] })).toBe(role));

  it.each(['', 'Stereo', 'SoundHandler', 'Surround 5.1', 'Vox', 'Recommended', 'Moffett', 'Dublin'])(
    '"%s" says nothing',
    (title) => expect(roleOf({ title, dispositions: ['default'] })).toBeNull(),
  );

  it('believes a disposition that is set on purpose before the name, and a common one after it', () => {
    expect(roleOf({ title: 'Original', dispositions: ['comment'] })).toBe('commentary');
    expect(roleOf({ title: 'Commentary', dispositions: ['original'] })).toBe('commentary');
    expect(roleOf({ title: '', dispositions: ['clean_effects'] })).toBe('music-and-effects');
    expect(roleOf({ title: '', dispositions: ['dub'] })).toBe('dub');
    expect(roleOf({ title: '', dispositions: ['original'] })).toBe('original');
  });
});
