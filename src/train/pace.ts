import type { Problem } from '../problem';
import { stagesOf, stepsOf } from '../settings/stages';
import type { TrainingSettings } from '../settings/training';

/** A forward pass is about this share of a step: what backward and update take twice over, evaluations do not. */
const FORWARD_SHARE = 1 / 3;

/** Work that takes as many times what it usually takes, and this many seconds more, was not under way all the time. */
const SLEPT_TIMES = 10;
const SLEPT_SECONDS = 30;

/**
 * Seconds that some work took by the clock; of a machine that slept meanwhile, or whose clock was put back, what the work
 * usually takes.
 * @param usual 0 where that is not known yet
 * @param onJump called where they are not those of the clock, with the seconds that are left out; negative: it was put back
 */
export function secondsOfWork(byClock: number, usual: number, onJump: (seconds: number) => void): number {
  const jumped = byClock < 0 || (usual > 0 && byClock > SLEPT_TIMES * usual + SLEPT_SECONDS);
  if (jumped) onJump(byClock - usual);
  return jumped ? usual : byClock;
}

/** @param seconds negative where the clock was put back */
export function clockJumped(seconds: number): Problem {
  const minutes = Math.max(1, Math.round(Math.abs(seconds) / 60));
  return {
    what:
      seconds < 0
        ? `The clock of this machine was put back by ${minutes} min: that time is not counted, and the run goes on.`
        : `This machine slept for ${minutes} min, or its clock was put forward: that time is not counted, and the run goes on.`,
  };
}

/** Evaluations after step `step`: at every multiple, and at the end of each stage. */
export function evaluationsLeft(settings: TrainingSettings, step: number): number {
  const { evaluateEvery: every } = settings;
  const multiples = Math.floor(stepsOf(settings) / every) - Math.floor(step / every);
  const ends = stagesOf(settings).filter(({ end }) => end > step && end % every !== 0);
  return multiples + ends.length;
}

/** How long a run will still take, evaluations with what they sample included. */
export class Pace {
  readonly #clock: () => number;
  readonly #stepsInEvaluation: number;
  readonly #onJump: (seconds: number) => void;
  #seconds = 0;
  #evaluations = 0;

  /**
   * @param clock seconds since some fixed moment
   * @param stepsInEvaluation batches of an evaluation, counted in steps: what it takes before one has been timed
   * @param onJump as of secondsOfWork()
   */
  constructor(clock: () => number, stepsInEvaluation: number, onJump: (seconds: number) => void) {
    this.#clock = clock;
    this.#stepsInEvaluation = stepsInEvaluation;
    this.#onJump = onJump;
  }

  /** Times an evaluation, the base's among them. */
  async evaluation<T>(work: () => Promise<T>): Promise<T> {
    const started = this.#clock();
    const result = await work();
    const usual = this.#evaluations > 0 ? this.#seconds / this.#evaluations : 0;
    this.#seconds += secondsOfWork(this.#clock() - started, usual, this.#onJump);
    this.#evaluations++;
    return result;
  }

  /**
   * @param step the step that has just been made: its own evaluation is still to come
   * @param secondsOfStep what a step takes on average
   * @param baseLeft the base has not been measured yet
   */
  secondsLeft(settings: TrainingSettings, step: number, secondsOfStep: number, baseLeft: boolean): number {
    const evaluations = evaluationsLeft(settings, step - 1) + (baseLeft ? 1 : 0);
    const each =
      this.#evaluations > 0
        ? this.#seconds / this.#evaluations
        : this.#stepsInEvaluation * secondsOfStep * FORWARD_SHARE;
    return (stepsOf(settings) - step) * secondsOfStep + evaluations * each;
  }
}
