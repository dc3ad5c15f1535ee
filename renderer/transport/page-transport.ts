/** What a page's transport offers over the contract's: whether the host can be reached, and what the desktop has. */
import type { Bridge } from '../../core/rpc/bridge.ts';
import type { Transport } from '../../core/rpc/client.ts';

/** `refused`: the session ended, only a new address helps. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

/** A transport that says how it is. */
export type PageTransport = Transport & {
  /** Calls `listener` with the present state and each later one. @returns the function that ends it. */
  watch(listener: (state: ConnectionState) => void): () => void;
  /** Asks a person for folders or files; null where the page has no such dialog (a browser). */
  choosePaths: ((kind: 'media' | 'project' | 'new-project') => Promise<string[]>) | null;
  /** Where dropped files and folders lie; null where the page cannot know (a browser). */
  droppedPaths: ((files: File[]) => Promise<string[]>) | null;
  /** Where an export (a name, or a folder's and a file's) is downloaded from; null in the desktop window, which shows it. */
  downloadUrl: ((names: readonly string[]) => string) | null;
  /** The frame around the page in the desktop window; null in a browser. */
  shell: Pick<Bridge, 'reveal' | 'recentProjects' | 'setLook' | 'onAction'> | null;
};
