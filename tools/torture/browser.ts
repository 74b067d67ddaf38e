/** How long a browser may take for anything, milliseconds: the GPU may be software, and the machine busy. */
export const PATIENCE = 180_000;

/** What is killed. A renderer is the process of a tab. */
export type Victim = 'tab' | 'renderer' | 'worker' | 'gpu' | 'browser';

/** A page of the build, in whichever browser. */
export interface TestedPage {
  /** Runs a function in the page. Once the page is gone it may throw, or never answer. */
  evaluate<A, R>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Puts files of the disk into an input. */
  choose(selector: string, paths: readonly string[]): Promise<void>;
  /** Clicks a link and reads the file that it downloads. */
  download(selector: string, name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** A browser whose profile outlives it. */
export interface TestedBrowser {
  readonly name: 'chromium' | 'firefox';
  /** A new page at that address, instead of the one before; starts the browser where it is not there. */
  open(url: string): Promise<TestedPage>;
  /** What there is to be killed at this moment. */
  victims(): Promise<readonly Victim[]>;
  /** Kills, without asking anybody. */
  kill(victim: Victim): Promise<void>;
  close(): Promise<void>;
}

/** Keeps the page's workers where `endWorkers` finds them. Runs in the page before its own scripts. */
export function keepWorkers(): void {
  const kept: Worker[] = [];
  window.endWorkers = () => {
    for (const worker of kept) worker.terminate();
  };
  window.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      kept.push(this);
    }
  };
}

/** Kills processes, of which some may be gone already. */
export function killProcesses(ids: readonly number[]): void {
  for (const id of ids) {
    try {
      process.kill(id, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

declare global {
  interface Window {
    endWorkers(): void;
  }
}
