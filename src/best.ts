/** A held-out loss after some steps: nats a token, or squares of action elements. Step 0 is the base. */
export interface Evaluation {
  readonly step: number;
  readonly loss: number;
}

/** Is this held-out loss better than the best before it? Of equals the first stays, and a loss that is no number is never better. */
export const isBetter = ({ loss }: Pick<Evaluation, 'loss'>, best: Pick<Evaluation, 'loss'> | null): boolean =>
  loss < (best?.loss ?? Number.POSITIVE_INFINITY);

/** The best of a run so far, whether it goes on or has ended; null where nothing was measured. The base, step 0, is the first candidate. */
export const bestOf = (evaluations: readonly Evaluation[]): Evaluation | null =>
  evaluations.reduce<Evaluation | null>((best, one) => (isBetter(one, best) ? one : best), null);

/** Held-out losses of an adapter and of its base alone; NaN where nothing was measured. */
export interface AgainstBase {
  readonly baselineHeldout: number;
  readonly heldout: number;
}

/** Is the adapter worse than no adapter? Not where nothing was measured. */
export const isWorseThanBase = ({ baselineHeldout, heldout }: AgainstBase): boolean => heldout > baselineHeldout;

/** Was nothing measured? */
export const isUnmeasured = ({ baselineHeldout, heldout }: AgainstBase): boolean =>
  Number.isNaN(baselineHeldout) && Number.isNaN(heldout);
