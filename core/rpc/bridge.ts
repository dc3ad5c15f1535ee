/** What the preload script offers to the desktop window's page: plain JSON in and out, nothing else. */
import type { Answer } from './contract.ts';

/** The bridge between the sandboxed page and the shell. */
export type Bridge = {
  /** Asks the host; names that the contract does not know are answered REQUEST_UNKNOWN without leaving the page. */
  request(name: string, argument: unknown): Promise<Answer<unknown>>;
  /** @returns the function that ends the subscription. */
  subscribe(listener: (name: string, payload: unknown) => void): () => void;
  /** Opens a dialog of the system; the paths a person chose may then be imported or opened. Empty: none chosen. */
  choosePaths(kind: 'media' | 'project' | 'new-project'): Promise<string[]>;
};
