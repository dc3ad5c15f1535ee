/** What can be done at this moment: the handlers of every place that is shown, for the command palette. */
import { shallowReactive } from 'vue';
import type { KeyHandlers } from '../keys.ts';
import type { KeyScope } from './key-map.ts';

/** Handlers that listen now. */
export type ActiveHandlers = { scope: KeyScope; handlers: KeyHandlers };

/** All of them, in the order they came. */
export const activeHandlers = shallowReactive(new Set<ActiveHandlers>());
