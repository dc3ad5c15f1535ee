/** Speeds at which dubs run against their originals, and their names. */

/** A speed that comes from film, PAL and NTSC frame rates. */
export type NamedSpeed = { speed: number; name: string };

const FILM = 24;
const PAL = 25;
const NTSC_FILM = 24_000 / 1001;

/** The speeds that are looked for by name; above 1 the dub is faster and shorter. */
export const NAMED_SPEEDS: readonly NamedSpeed[] = [
  { speed: PAL / FILM, name: 'PAL speed, 25/24' },
  { speed: FILM / PAL, name: 'film from PAL, 24/25' },
  { speed: PAL / NTSC_FILM, name: 'PAL speed, 25/23.976' },
  { speed: NTSC_FILM / PAL, name: 'film from PAL, 23.976/25' },
  { speed: FILM / NTSC_FILM, name: '24/23.976' },
  { speed: NTSC_FILM / FILM, name: '23.976/24' },
];

/** The name of a measured speed that is uncertain by `within`; null where none or more than one is that near. */
export function speedName(speed: number, within: number): string | null {
  const near = NAMED_SPEEDS.filter((named) => Math.abs(named.speed / speed - 1) <= within);
  return near.length === 1 ? near[0]!.name : null;
}
