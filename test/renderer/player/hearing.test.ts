/** Which tracks are heard: alone, together, mute among others, and the way back. */
import { describe, expect, it } from 'vitest';
import { ref } from 'vue';
import type { InspectedTrack } from '../../../core/domain/inspection.ts';
import { useHearing } from '../../../renderer/lib/player/hearing.ts';

function made() {
  const tracks = ref(
    ['en', 'de', 'es'].map((id, i) => ({ id, role: i === 0 ? 'original' : 'dub' }) as InspectedTrack),
  );
  let heard: readonly string[] = [];
  const hearing = useHearing(tracks, ref('de'), (ids) => {
    heard = ids;
  });
  hearing.begin('de');
  return { hearing, tracks, heard: () => heard };
}

describe('useHearing', () => {
  it('flips between the original and the own dub at first', () => {
    const { hearing, heard } = made();
    hearing.flip();
    expect(heard()).toEqual(['en']);
    hearing.flip();
    expect(heard()).toEqual(['de']);
  });

  it('flips between the last two sounds, also of several tracks', () => {
    const { hearing, heard } = made();
    hearing.hear('es');
    hearing.hear('es');
    hearing.flip();
    expect(heard()).toEqual(['de']);
    hearing.hearAlong('en');
    expect(heard()).toEqual(['de', 'en']);
    hearing.flip();
    expect(heard()).toEqual(['de']);
    hearing.flip();
    expect(heard()).toEqual(['de', 'en']);
  });

  it('mutes among those that are heard, and hears a mute one again when it is asked for', () => {
    const { hearing, heard } = made();
    hearing.mute('en');
    expect(heard()).toEqual(['de']);
    hearing.hearAlong('en');
    hearing.mute('de');
    expect(heard()).toEqual(['en']);
    expect(hearing.isMuted('de')).toBe(true);
    hearing.mute('en');
    expect(heard()).toEqual([]);
    hearing.hear('de');
    expect(heard()).toEqual(['de']);
    expect(hearing.isMuted('de')).toBe(false);
  });

  it('keeps one, and knows only what is there', () => {
    const { hearing, heard, tracks } = made();
    hearing.hearAlong('de');
    hearing.hear('xx');
    hearing.hearAlong('xx');
    expect(heard()).toEqual(['de']);
    hearing.hear('es');
    tracks.value = tracks.value.filter(({ id }) => id !== 'es');
    hearing.keepKnown();
    expect(heard()).toEqual(['de']);
    expect(hearing.mainId.value).toBe('de');
  });
});
