/** What the window tells a person in passing: errors as sentences with their code, warnings, and results. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { toErrorData } from '../../core/domain/errors.ts';

/** One notice; `code` stands only with errors. */
export type Notice = { id: number; kind: 'error' | 'warning' | 'done'; text: string; code: string | null };

const MOST_SHOWN = 4;

export const useNotices = defineStore('notices', () => {
  const notices = shallowRef<readonly Notice[]>([]);
  let nextId = 1;

  function add(kind: Notice['kind'], text: string, code: string | null = null): void {
    const others = notices.value.filter((notice) => notice.text !== text);
    notices.value = [...others, { id: nextId, kind, text, code }].slice(-MOST_SHOWN);
    nextId += 1;
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  /** Runs `work` and shows what goes wrong as a notice. @returns null when it went wrong. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      const { code, message } = toErrorData(error);
      add('error', message, code);
      return null;
    }
  }

  return {
    notices,
    done: (text: string) => add('done', text),
    warn: (text: string) => add('warning', text),
    error: add,
    dismiss,
    attempt,
  };
});
