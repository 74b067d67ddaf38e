import type { TestedBrowser, Victim } from './browser';
import type { Told } from './page';

/** A kill that is to come. */
export interface PlannedKill {
  readonly victim: Victim;
  /** At any moment of a sitting; in the write of a checkpoint; while the adapter is saved and its checkpoint dropped. */
  readonly aim: 'anywhere' | 'checkpoint' | 'saving';
  /** Where in the time that is aimed at, from 0 to a little more than 1, which is its usual end. */
  readonly share: number;
  /** Checkpoints of the sitting that are left alone first. */
  readonly spared: number;
}

/** How long things take when nobody disturbs them, milliseconds. */
export interface Timing {
  readonly sitting: number;
  /** From the step before a checkpoint until it is told. */
  readonly checkpoint: number;
  /** From the last step until the run has ended. */
  readonly saving: number;
}

/** Half of the kills are aimed: a moment drawn by chance alone seldom falls into a write. */
export async function planKill(browser: TestedBrowser, random: () => number): Promise<PlannedKill> {
  const victims = await browser.victims();
  const aimed = random();
  return {
    victim: victims[Math.floor(random() * victims.length)] ?? 'tab',
    aim: aimed < 0.5 ? 'anywhere' : aimed < 0.8 ? 'checkpoint' : 'saving',
    share: 1.1 * random(),
    spared: Math.floor(3 * random()),
  };
}

/** Says when a kill is due, by what the run tells. */
export class Moment {
  readonly #kill: PlannedKill;
  readonly #timing: Timing;
  readonly #saveEvery: number;
  #spared = 0;

  constructor(kill: PlannedKill, timing: Timing, saveEvery: number) {
    this.#kill = kill;
    this.#timing = timing;
    this.#saveEvery = saveEvery;
  }

  /** Milliseconds from the beginning of the sitting; null where the kill waits for something that the run tells. */
  get fromBeginning(): number | null {
    return this.#kill.aim === 'anywhere' ? this.#kill.share * this.#timing.sitting : null;
  }

  /** Milliseconds from now, where this was what the kill has waited for. */
  after(told: Told): number | null {
    const { aim, share, spared } = this.#kill;
    if (aim === 'saving' && told.kind === 'phase' && told.phase === 'saving' && told.done === 0)
      return share * this.#timing.saving;
    if (aim !== 'checkpoint' || told.kind !== 'step' || told.step % this.#saveEvery !== 0) return null;
    return this.#spared++ === spared ? share * this.#timing.checkpoint : null;
  }
}

/** How long things took in a run that nobody disturbed. @param told of the whole run @param sitting milliseconds */
export function timingOf(told: readonly Told[], sitting: number, saveEvery: number): Timing {
  const writes = told.flatMap((one) => {
    if (one.kind !== 'checkpoint') return [];
    const step = told.find((other) => other.kind === 'step' && other.step === one.step);
    return step && one.step % saveEvery === 0 ? [one.at - step.at] : [];
  });
  const saved = told.find((one) => one.kind === 'phase' && one.phase === 'saving' && one.done === 0);
  return {
    sitting,
    checkpoint: Math.max(20, ...writes),
    saving: Math.max(20, (told.at(-1)?.at ?? 0) - (saved?.at ?? 0)),
  };
}
