/** Runs of other tabs of this page: each holds a lock by its name, tells the others what it does, and gives way to them. */
import type { UnfinishedRun } from '../adapter/summary';
import { type Outcome, outcome, type Problem } from '../problem';
import type { TaskSettings } from '../settings/task';
import type { TrainEvent } from '../tasks/events';

const LOCK = 'adaptab run ';

/** Held while a run is under way, so that no second tab goes on with it, and no browser freezes the tab. */
export const lockOf = (runId: string) => LOCK + runId;

/** Whether runs are under way besides one of this tab. */
export async function trainsElsewhere(own: string | null): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name = '' }) => name.startsWith(LOCK) && name !== (own === null ? '' : lockOf(own)));
}

/** What both are told. */
export const BESIDE_ANOTHER: Problem = {
  what: 'Another tab of this page is training too: both are slower, and share the memory of the GPU.',
  fix: 'Pause or stop one of them, unless there is room for both.',
};

/** A run of another tab, with all that it has told in this sitting. */
export interface OtherRun {
  readonly runId: string;
  readonly settings: TaskSettings;
  /** What it goes on from; null: it is new. */
  readonly from: UnfinishedRun | null;
  readonly events: readonly TrainEvent[];
}

/** What a tab hears of the others. */
export type TabNews =
  | { readonly kind: 'run'; readonly run: OtherRun }
  | { readonly kind: 'event'; readonly runId: string; readonly event: TrainEvent }
  /** The run has ended there, or its tab has. */
  | { readonly kind: 'over'; readonly runId: string }
  /** What is kept in this browser has changed. */
  | { readonly kind: 'kept' };

type Message =
  | Exclude<TabNews, { kind: 'over' }>
  | { readonly kind: 'begun' }
  /** A tab wants to see what is under way. */
  | { readonly kind: 'look' }
  /** A tab wants to go on with this run itself. */
  | { readonly kind: 'give way'; readonly runId: string }
  /** The run cannot be given up, and goes on where it is. */
  | { readonly kind: 'stays'; readonly runId: string };

const openChannel = () => new BroadcastChannel('adaptab runs');

const post = (channel: BroadcastChannel, message: Message) => channel.postMessage(message);

/** The run of this tab, as the others see it. */
export class SharedRun {
  readonly #runId: string;
  readonly #channel = openChannel();
  readonly #events: TrainEvent[] = [];
  #about: Pick<OtherRun, 'settings' | 'from'> | null = null;

  /**
   * @param onOther called when a run begins in another tab
   * @param giveWay called when another tab wants to go on with this one
   */
  constructor(runId: string, onOther: () => void, giveWay: () => void) {
    this.#runId = runId;
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'begun') onOther();
      if (data.kind === 'look') this.#show();
      if (data.kind === 'give way' && data.runId === runId) giveWay();
    };
    post(this.#channel, { kind: 'begun' });
  }

  /** From here on it can be looked at. */
  begin(settings: TaskSettings, from: UnfinishedRun | null): void {
    this.#about = { settings, from };
    this.#show();
  }

  tell(event: TrainEvent): void {
    this.#events.push(event);
    if (this.#about) post(this.#channel, { kind: 'event', runId: this.#runId, event });
  }

  /** Says to the tab that has asked for it that it goes on here. */
  stay(): void {
    post(this.#channel, { kind: 'stays', runId: this.#runId });
  }

  close(): void {
    this.#channel.close();
  }

  #show(): void {
    if (!this.#about) return;
    post(this.#channel, { kind: 'run', run: { runId: this.#runId, ...this.#about, events: this.#events } });
  }
}

/** Hears of runs in other tabs, for as long as this tab is open. @param own the run of this tab */
export function watchTabs(own: () => string | null, hear: (news: TabNews) => void): void {
  const watched = new Set<string>();
  const channel = openChannel();
  channel.onmessage = async ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'kept') hear(data);
    if (data.kind === 'event' && watched.has(data.runId)) hear(data);
    if (data.kind !== 'run' || data.run.runId === own()) return;
    const { runId } = data.run;
    hear(data);
    if (watched.has(runId)) return;
    watched.add(runId);
    await navigator.locks.request(lockOf(runId), { mode: 'shared' }, async () => undefined);
    watched.delete(runId);
    hear({ kind: 'over', runId });
  };
  post(channel, { kind: 'look' });
}

/**
 * Asks the tab that trains this run to keep a checkpoint and end its sitting.
 * @param onStay called where it cannot
 * @returns stops listening for that
 */
export function askToGiveWay(runId: string, onStay: () => void): () => void {
  const channel = openChannel();
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'stays' && data.runId === runId) onStay();
  };
  post(channel, { kind: 'give way', runId });
  return () => channel.close();
}

/** Tells all tabs that what is kept in this browser has changed. */
export const tellKept = () => postOnce({ kind: 'kept' });

/** Does what changes what is kept in this browser, and lets every tab know. */
export async function changing<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  const answer = await outcome(work);
  tellKept();
  return answer;
}

function postOnce(message: Message): void {
  const channel = openChannel();
  post(channel, message);
  channel.close();
}
