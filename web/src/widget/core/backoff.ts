const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Doubling pauses with some chance in them, so that a shop full of customers does not come back all at once. */
export function pauseAfter(failures: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return full * (0.75 + random() * 0.25);
}

/** Resolves after the time, or at once when the signal is given. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
