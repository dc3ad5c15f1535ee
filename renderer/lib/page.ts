/** Which page is shown; it stands in the address, so that reload and back keep it. */
import { ref } from 'vue';

/** The window's pages. */
export type PageName = 'overview' | 'pairs' | 'inspect' | 'runs' | 'titles' | 'import' | 'insights';

const PAGES: readonly PageName[] = ['overview', 'pairs', 'inspect', 'runs', 'titles', 'import', 'insights'];
const page = ref<PageName>(readPage());

window.addEventListener('hashchange', () => {
  page.value = readPage();
});

function readPage(): PageName {
  return PAGES.find((name) => location.hash === `#/${name}`) ?? 'overview';
}

/** The page and how to go to another. */
export function usePage() {
  return {
    page,
    go: (to: PageName): void => {
      location.hash = `#/${to}`;
    },
  };
}
