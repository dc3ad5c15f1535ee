/** Pictures of our drawings as PNG, with the package's own letters: the same bytes on every machine. */
import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';

/** Pixels of the picture per px of the drawing, so that it is sharp in print and on dense screens. */
const SCALE = 2;

const requirePackage = createRequire(import.meta.url);

/**
 * Renders an SVG of `drawHeatmap` or `drawLineChart` (any theme but `page`, whose colours only a page knows).
 * No font of the system takes part. Letters that DejaVu Sans lacks stay empty.
 * `scale`: pixels per px, default 2.
 */
export async function renderPng(
  svg: string,
  { scale = SCALE }: { scale?: number } = {},
): Promise<Uint8Array> {
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
    requirePackage.resolve(`dejavu-fonts-ttf/ttf/${name}`),
  );
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  return image.asPng();
}
