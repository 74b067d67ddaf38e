import type { TestedBrowser, Victim } from './browser';
import type { Told } from './page';

/** A kill that is to come. */
export interface PlannedKill {
  readonly victim: Victim;
  /** At any moment of a sitting; among its steps; in the write of a checkpoint; while the adapter is saved and its checkpoint dropped. */
  readonly aim: 'anywhere' | 'steps' | 'checkpoint' | 'saving';
  /** Where in the time that is aimed at, from 0 to a little more than 1, which is its usual end. */
  readonly share: number;
  /** Checkpoints of the sitting that are left alone first. */
  readonly spared: number;
}

/** How long things take when nobody disturbs them, milliseconds. */
export interface Timing {
  readonly sitting: number;
  /** From the moment that training begins until the last step. */
  readonly steps: number;
  /** From the step before a checkpoint until it is told. */
  readonly checkpoint: number;
  /** From the last step until the run has ended. */
  readonly saving: number;
}

/** How often each is aimed at: a moment drawn by chance alone seldom falls into a write, and mostly into the compiling of kernels. */
const AIMS = [
  { aim: 'anywhere', share: 0.2 },
  { aim: 'steps', share: 0.3 },
  { aim: 'checkpoint', share: 0.3 },
  { aim: 'saving', share: 0.2 },
] as const;

export async function planKill(browser: TestedBrowser, random: () => number): Promise<PlannedKill> {
  const victims = await browser.victims();
  let aimed = random();
  const chosen = AIMS.find(({ share }) => {
    aimed -= share;
    return aimed < 0;
  });
  return {
    victim: victims[Math.floor(random() * victims.length)] ?? 'tab',
    aim: chosen?.aim ?? 'anywhere',
    share: 1.1 * random(),
    spared: Math.floor(3 * random()),
  };
}

const isPhase = (told: Told, phase: string) => told.kind === 'phase' && told.phase === phase;

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
    if (aim === 'steps' && isPhase(told, 'training')) return share * this.#timing.steps;
    if (aim === 'saving' && isPhase(told, 'saving')) return share * this.#timing.saving;
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
  const at = (found: Told | undefined) => found?.at ?? 0;
  const saved = at(told.find((one) => isPhase(one, 'saving')));
  return {
    sitting,
    steps: saved - at(told.find((one) => isPhase(one, 'training'))),
    checkpoint: Math.max(20, ...writes),
    saving: Math.max(20, at(told.at(-1)) - saved),
  };
}
