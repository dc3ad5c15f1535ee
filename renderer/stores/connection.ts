/** Whether the host can be reached, and what to do when it is there again. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { useTransport } from '../client.ts';
import type { ConnectionState } from '../transport/page-transport.ts';

export const useConnection = defineStore('connection', () => {
  const state = ref<ConnectionState>('connecting');
  const returning: (() => void)[] = [];
  let wasLost = false;

  useTransport().watch((next) => {
    state.value = next;
    if (next === 'lost') wasLost = true;
    if (next !== 'open' || !wasLost) return;
    wasLost = false;
    // What happened meanwhile was not heard: everything is asked anew.
    for (const listener of returning) listener();
  });

  return { state, onReturn: (listener: () => void) => void returning.push(listener) };
});
