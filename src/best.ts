/** A held-out loss after some steps: nats a token, or squares of action elements; NaN where nothing is held out. */
export interface Evaluation {
  readonly step: number;
  readonly loss: number;
}

/**
 * Is this held-out loss better than the best before it? Of equals the first stays, and a loss that is no number is never
 * better. The base does not take part: a run keeps what it trained, and says so where that is worse.
 */
export const isBetter = ({ loss }: Pick<Evaluation, 'loss'>, best: Pick<Evaluation, 'loss'> | null): boolean =>
  loss < (best?.loss ?? Number.POSITIVE_INFINITY);

/** The best of a run so far, whether it goes on or has ended; null where nothing was measured. Step 0 is the base. */
export const bestOf = (evaluations: readonly Evaluation[]): Evaluation | null =>
  evaluations.reduce<Evaluation | null>((best, one) => (one.step > 0 && isBetter(one, best) ? one : best), null);
