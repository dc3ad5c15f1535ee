/** What Dubscope needs beside itself, and whether it is here. */

/** What can be fetched: ffmpeg with ffprobe, and the TensorFlow engine. */
export const SETUP_PARTS = ['ffmpeg', 'engine'] as const;
/** One of them. */
export type SetupPart = (typeof SETUP_PARTS)[number];

/** `none`: not to be had on this machine, or not wanted; another engine does the work. */
export type SetupState = 'found' | 'missing' | 'none';

/** What was found, and the folder that fetched things are kept in. */
export type SetupLook = Record<SetupPart, SetupState> & { cacheFolder: string };
