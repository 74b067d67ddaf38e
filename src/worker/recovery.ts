import type { Checkpoint } from '../adapter/checkpoint';
import { type Gpu, type GpuLostError, lossBehind } from '../gpu/device';
import { outcome, ProblemError } from '../problem';

/** A run whose GPU is lost as often as this without a new checkpoint does not come further by trying. */
const MOST_LOSSES = 3;

/** Milliseconds before each attempt to get a new device; a driver that is reset takes some seconds. */
const PAUSES = [0, 1000, 2000, 4000, 8000, 15_000];

/** What a run needs to go on after the loss of its GPU. R: what it comes to. */
export interface Sittings<R> {
  readonly gpu: () => Promise<Gpu>;
  /** Trains on one device, to the end. @param from what the run goes on from; null: it is new */
  readonly sit: (gpu: Gpu, from: Checkpoint | null) => Promise<R>;
  /** The last checkpoint; null before the first. */
  readonly latest: () => Promise<Checkpoint | null>;
  /** The step from which the run can be resumed once it has ended with an error; null: from none. */
  readonly resumableStep: () => Promise<number | null>;
  /** Called when the GPU is lost, before a new one is asked for. */
  readonly waiting: () => void;
  /** Called before the run goes on from `step`; null: it begins again. */
  readonly goingOn: (step: number | null) => void;
}

/**
 * Trains on one device after the other until the run has ended: whenever the GPU is lost, it goes on from its last
 * checkpoint, on the same trajectory.
 * @throws GpuLostError where no new device comes, or none lasts until the next checkpoint
 */
export async function overLosses<R>(sittings: Sittings<R>): Promise<R> {
  let gpu = await sittings.gpu();
  let from = await sittings.latest();
  for (let losses = 1; ; losses++) {
    try {
      return await sittings.sit(gpu, from);
    } catch (error) {
      const loss = await lossBehind(gpu.device, error);
      if (!loss) throw error;
      sittings.waiting();
      const latest = await sittings.latest();
      if (latest && latest.step !== from?.step) losses = 1;
      from = latest;
      if (losses === MOST_LOSSES) throw lostAgain(loss, await sittings.resumableStep());
      gpu = await newDevice(sittings, loss);
      sittings.goingOn(from?.step ?? null);
    }
  }
}

/** @throws ProblemError where there is none after all attempts */
async function newDevice({ gpu, resumableStep }: Sittings<unknown>, loss: GpuLostError): Promise<Gpu> {
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const attempt = await outcome(gpu);
    if (attempt.ok) return attempt.value;
  }
  const step = await resumableStep();
  const fix =
    step === null
      ? 'Restart the browser and start the run again: no checkpoint of it is kept.'
      : `Restart the browser and resume the run: its checkpoint of step ${step} is kept.`;
  throw new ProblemError({ ...loss.problem, fix });
}

/** @param step from which the run can be resumed; null: from none */
function lostAgain({ problem: { what, ...place } }: GpuLostError, step: number | null): ProblemError {
  const fix =
    step === null
      ? 'Close other programs that use the GPU and start the run again, with a smaller batch: no checkpoint of it is kept.'
      : `Close other programs that use the GPU and resume the run: its checkpoint of step ${step} is kept. If it happens again, save more often, or begin with a smaller batch.`;
  return new ProblemError({ ...place, what: `The GPU is lost again and again before the run can save. ${what}`, fix });
}
