/** Dark, light, or as the system has it. */
import { ref, watchEffect } from 'vue';

/** What a person chose. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'dubscope.theme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const choice = ref<ThemeChoice>(readChoice());
const isDark = ref(false);

systemDark.addEventListener('change', apply);
watchEffect(apply);

function apply(): void {
  isDark.value = choice.value === 'system' ? systemDark.matches : choice.value === 'dark';
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
}

function readChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** The choice, what it comes to, and how to change it. */
export function useTheme() {
  return {
    choice,
    isDark,
    choose: (next: ThemeChoice): void => {
      choice.value = next;
      localStorage.setItem(STORAGE_KEY, next);
    },
  };
}
