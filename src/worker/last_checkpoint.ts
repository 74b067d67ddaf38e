/** The last checkpoint of a run that is under way, wherever it is: the browser's storage may be full, or be cleared under the run. */
import type { Checkpoint } from '../adapter/checkpoint';
import type { CheckpointStore } from '../adapter/checkpoint_store';
import { outcome } from '../problem';

/** Of a run. */
interface Saved {
  readonly runId: string;
  readonly checkpoints: CheckpointStore<unknown>;
  /** What the run trains on. */
  readonly data: unknown;
  /** What the run goes on from; null: it is new. */
  readonly from: Checkpoint | null;
  /** Answers whether it was kept. */
  readonly keep: (checkpoint: Checkpoint) => Promise<boolean>;
}

/** A larger checkpoint that is kept is read again from the storage: that of a whole model takes 12 bytes a parameter. */
const HELD_BESIDE_STORAGE = 2 ** 29;

export class LastCheckpoint {
  readonly #run: Saved;
  readonly #heldBeside: number;
  /** One at a time. Null before the first, and where it is large and kept. */
  #held: Checkpoint | null;
  #isKept = false;

  /** @param heldBeside bytes up to which a checkpoint stays in memory although it is kept */
  constructor(run: Saved, heldBeside = HELD_BESIDE_STORAGE) {
    this.#run = run;
    this.#heldBeside = heldBeside;
    this.#held = run.from;
  }

  /** @returns whether it was kept */
  async save(checkpoint: Checkpoint): Promise<boolean> {
    this.#held = checkpoint;
    this.#isKept = await this.#run.keep(checkpoint);
    if (this.#isKept && bytesOf(checkpoint) > this.#heldBeside) this.#held = null;
    return this.#isKept;
  }

  /** Null before the first. @throws ProblemError where it is only in the storage, and that has lost it */
  async latest(): Promise<Checkpoint | null> {
    const { checkpoints, runId } = this.#run;
    return this.#held ?? (this.#isKept ? (await checkpoints.load(runId)).checkpoint : null);
  }

  /** The step from which the run can be resumed when its tab is gone; null: from none. What is in memory is kept first, where there is room by now. */
  async resumableStep(): Promise<number | null> {
    const { checkpoints, runId, data } = this.#run;
    const held = this.#held;
    const loaded = await outcome(() => checkpoints.load(runId));
    const step = loaded.ok ? loaded.value.checkpoint.step : null;
    if (!held || held.step === step) return step;
    const kept = await outcome(async () => {
      if (!(await checkpoints.save(held))) await checkpoints.begin(held, data);
    });
    return kept.ok ? held.step : step;
  }
}

const bytesOf = ({ leaves }: Checkpoint): number =>
  Object.values(leaves)
    .flatMap((floats) => Object.values(floats))
    .reduce((sum, { byteLength }) => sum + byteLength, 0);
