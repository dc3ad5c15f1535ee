/** Late answers: of several questions asked one after the other only the last one's answer counts. */

/** @returns a function that begins a question and gives a test of whether it is still the last one. */
export function createLatest(): () => () => boolean {
  let last = 0;
  return () => {
    last += 1;
    const own = last;
    return () => own === last;
  };
}

/**
 * Runs `work` soon after the last call, and not again before it has ended: many events become few questions.
 * @param pauseMs how long to collect calls, ms.
 */
export function createCollector(work: () => Promise<void>, pauseMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    timer = null;
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) call();
    }
  };
  const call = (): void => {
    again = running;
    if (!running && timer === null) timer = setTimeout(() => void run(), pauseMs);
  };
  return call;
}
