/** Colours and letters of drawings, so that a heatmap and a curve on one page belong together. */

/** `page` takes the colours of the report's page, which follow the reader's light or dark setting. */
export type ThemeName = 'light' | 'dark' | 'page';

/** CSS colours by use. */
export type Theme = {
  background: string;
  ink: string;
  /** Second-rank text. */
  muted: string;
  /** Axes and frames. */
  line: string;
  /** Fill of what holds a number but no colour of the scale. */
  panel: string;
  hatch: string;
  /** The line that matters, and one to tell from it. */
  accent: string;
  second: string;
  fontFamily: string;
};

const FONTS = "'DejaVu Sans', Verdana, sans-serif";

const LIGHT: Theme = {
  background: '#ffffff',
  ink: '#15191e',
  muted: '#59636e',
  line: '#d3d9df',
  panel: '#f2f4f6',
  hatch: '#c2cad2',
  accent: '#1f6a8c',
  second: '#b3541e',
  fontFamily: FONTS,
};

const DARK: Theme = {
  background: '#14181c',
  ink: '#e9edf1',
  muted: '#9ba6b1',
  line: '#39424c',
  panel: '#1f252b',
  hatch: '#4b5661',
  accent: '#6bbbd8',
  second: '#f0a06a',
  fontFamily: FONTS,
};

const PAGE: Theme = {
  background: 'var(--background)',
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  panel: 'var(--panel)',
  hatch: 'var(--hatch)',
  accent: 'var(--accent)',
  second: 'var(--second)',
  fontFamily: 'inherit',
};

/** The colours of a theme. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = { light: LIGHT, dark: DARK, page: PAGE };

/** The same colours as CSS variables, for the page that `page` drawings stand in. */
export function themeVariables(name: 'light' | 'dark'): string {
  const { fontFamily: _, ...colours } = THEMES[name];
  return Object.entries(colours)
    .map(([use, colour]) => `--${use}: ${colour};`)
    .join(' ');
}
