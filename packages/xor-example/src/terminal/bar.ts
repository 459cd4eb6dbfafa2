import { SingleBar } from 'cli-progress';

/** A progress bar on standard error, where that is a terminal; it says nothing elsewhere. */
export interface Bar {
  readonly update: (done: number, total: number, values?: Readonly<Record<string, string>>) => void;
  /** Clears the bar and gives the terminal back its cursor and its line wrap. */
  readonly stop: () => void;
}

let shown: SingleBar | undefined;

/** Gives back the terminal as it was, whatever is shown. */
export function stopBar(): void {
  shown?.stop();
  shown = undefined;
}

/** @param format what the bar looks like, in the words of cli-progress */
export function startBar(format: string, total: number, values: Readonly<Record<string, string>> = {}): Bar {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  stopBar();
  const bar = new SingleBar({ format, clearOnComplete: true });
  shown = bar;
  bar.start(total, 0, values);
  return {
    update: (done, of, now) => {
      bar.setTotal(of);
      bar.update(done, now ?? {});
    },
    stop: stopBar,
  };
}
