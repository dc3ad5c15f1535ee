/** What the preload script offers to the desktop window's page: plain JSON in and out, nothing else. */
import type { Answer } from './contract.ts';

/** A project that was open before. */
export type RecentProject = { folder: string; name: string };

/** An action of the page as a line of the window's menu; `key` as the key map spells it, only shown. */
export type MenuLine = { action: string; label: string; key: string };

/** How the page looks, so that the frame around it looks the same. */
export type PageLook = { theme: 'system' | 'light' | 'dark'; menu: readonly MenuLine[] };

/** The bridge between the sandboxed page and the shell. */
export type Bridge = {
  /** Asks the host; names that the contract does not know are answered REQUEST_UNKNOWN without leaving the page. */
  request(name: string, argument: unknown): Promise<Answer<unknown>>;
  /** @returns the function that ends the subscription. */
  subscribe(listener: (name: string, payload: unknown) => void): () => void;
  /** Opens a dialog of the system; the paths a person chose may then be imported or opened. Empty: none chosen. */
  choosePaths(kind: 'media' | 'project' | 'new-project'): Promise<string[]>;
  /** Where files and folders lie that a person dropped on the page; they may then be imported. */
  droppedPaths(files: readonly File[]): Promise<string[]>;
  /** Shows a file of the project, or media that was chosen, in the system's file manager. False: not allowed. */
  reveal(path: string): Promise<boolean>;
  /** Projects that were open before and still exist, the last one first. */
  recentProjects(): Promise<RecentProject[]>;
  /** Gives the frame its colours and the menu the page's actions. */
  setLook(look: PageLook): void;
  /** Calls `listener` for each action chosen in the menu. @returns the function that ends it. */
  onAction(listener: (action: string) => void): () => void;
};
