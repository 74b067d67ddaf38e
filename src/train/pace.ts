import { stagesOf, stepsOf } from '../settings/stages';
import type { TrainingSettings } from '../settings/training';

/** A forward pass is about this share of a step: what backward and update take twice over, evaluations do not. */
const FORWARD_SHARE = 1 / 3;

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
  #seconds = 0;
  #evaluations = 0;

  /**
   * @param clock seconds since some fixed moment
   * @param stepsInEvaluation batches of an evaluation, counted in steps: what it takes before one has been timed
   */
  constructor(clock: () => number, stepsInEvaluation: number) {
    this.#clock = clock;
    this.#stepsInEvaluation = stepsInEvaluation;
  }

  /** Times an evaluation, the base's among them. */
  async evaluation<T>(work: () => Promise<T>): Promise<T> {
    const started = this.#clock();
    const result = await work();
    this.#seconds += this.#clock() - started;
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
