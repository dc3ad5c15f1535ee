/** Where a person was in each project: page, filter, pair, title. Kept in the window's own storage, never in the project. */
import { watch } from 'vue';
import type { PairFilter } from '../../core/domain/view.ts';
import { usePairs } from '../stores/pairs.ts';
import { useProject } from '../stores/project.ts';
import { useTitles } from '../stores/titles.ts';
import { type PageName, usePage } from './page.ts';

type Place = {
  page: PageName;
  filter: PairFilter;
  pairId: string | null;
  titleId: string | null;
};

const PREFIX = 'dubscope.place.';

/** Goes back to the last place when a project has been opened, and keeps the present one from then on. */
export function useRemembered(): void {
  const project = useProject();
  const pairs = usePairs();
  const titles = useTitles();
  const { page, go } = usePage();
  /** The project whose place is kept; null while it is being gone back to. */
  let kept: string | null = null;

  function goBack(folder: string): void {
    kept = null;
    const place = read(folder);
    if (place !== null) {
      titles.selectedId = place.titleId;
      pairs.applyFilter(place.filter, place.pairId);
      // An address that was asked for goes first.
      if (location.hash === '' && place.page !== 'overview') go(place.page);
    }
    kept = folder;
  }

  watch(
    () => project.summary?.folder,
    (folder) => {
      if (folder !== undefined) goBack(folder);
    },
    { immediate: true },
  );
  watch(
    (): Place => ({
      page: page.value,
      filter: pairs.filter,
      pairId: pairs.selected?.id ?? null,
      titleId: titles.selectedId,
    }),
    (place) => {
      if (kept !== null) localStorage.setItem(PREFIX + kept, JSON.stringify(place));
    },
  );
}

function read(folder: string): Place | null {
  try {
    const place = JSON.parse(localStorage.getItem(PREFIX + folder) ?? 'null') as Partial<Place> | null;
    if (place === null || typeof place !== 'object') return null;
    const { page = 'overview', filter = {}, pairId = null, titleId = null } = place;
    return { page, filter, pairId, titleId };
  } catch {
    return null;
  }
}
