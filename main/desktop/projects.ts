/** Which project is open, and opening another one: by the menu, a second start, or the page. */
import type { ProjectSummary } from '../../core/domain/project.ts';
import type { Answer } from '../../core/rpc/contract.ts';
import type { HostLink } from './host-link.ts';
import type { ShellState } from './shell-state.ts';

/** How a project is opened by the shell. */
export type OpenWay = 'project/open' | 'project/create';

/** The shell's view of the host's project. */
export class ShellProjects {
  readonly #host: HostLink;
  readonly #state: ShellState;
  readonly #onChange: () => void;
  /** The open project's folder. */
  folder: string | null = null;

  /** @param onChange told whenever another project, or none, is open. */
  constructor(host: HostLink, state: ShellState, onChange: () => void) {
    this.#host = host;
    this.#state = state;
    this.#onChange = onChange;
  }

  /** Opens or makes a project; where that fails, the one before it is opened again. */
  async open(way: OpenWay, folder: string): Promise<Answer<unknown>> {
    const before = this.folder;
    const answer = await this.request(way, { folder });
    if (!answer.ok && before !== null) await this.request('project/open', { folder: before });
    return answer;
  }

  /** Passes a request on, and notes what it did to the project. */
  async request(name: string, argument: unknown): Promise<Answer<unknown>> {
    const answer = await this.#host.request(name, argument);
    if (name === 'project/open' || name === 'project/create') {
      this.#note(answer.ok ? (answer.value as ProjectSummary).folder : null);
    } else if (name === 'project/close' && answer.ok) this.#note(null);
    return answer;
  }

  #note(folder: string | null): void {
    this.folder = folder;
    if (folder !== null) this.#state.noteProject(folder);
    this.#onChange();
  }
}
