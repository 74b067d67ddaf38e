/** What a comparison belongs to, with the largest error that still counts as equal. */
export const TOLERANCES = { loss: 1e-4, out: 1e-4, grad: 5e-4, train: 1e-3, after: 2e-2, greedy: 0, block: 0 } as const;

export type Group = keyof typeof TOLERANCES;

/** The worst error of one group. */
export interface GroupResult {
  readonly error: number;
  readonly path: string;
  readonly compared: number;
}

/** Where the reference is all zeros, or nothing but rounding, the absolute error must be below this. */
const ZERO_TOLERANCE = 1e-6;

/** No element is larger than what rounding leaves of a zero, e.g. of the gradient of a bias that softmax cancels. */
export const isRounding = (values: ArrayLike<number>) =>
  Array.from(values).every((value) => Math.abs(value) < ZERO_TOLERANCE);

/** Collects errors by group. */
export class Comparison {
  readonly groups = new Map<Group, GroupResult>();
  /** What was left out, and why. */
  readonly omitted: { readonly path: string; readonly why: string }[] = [];
  readonly #met = new Set<string>();

  /**
   * Adds ‖x − ref‖ / ‖ref − origin‖ over a whole tensor.
   * @param origin what the error is measured against: nothing, or the values before training
   */
  add(
    group: Group,
    path: string,
    x: ArrayLike<number>,
    reference: ArrayLike<number>,
    origin?: ArrayLike<number>,
  ): void {
    this.#met.add(path);
    const error = relativeError(x, reference, origin, TOLERANCES[group]);
    const worst = this.groups.get(group);
    const compared = (worst?.compared ?? 0) + 1;
    const worse = !worst || (!Number.isNaN(worst.error) && !(error <= worst.error)); // NaN is the worst of all, and stays
    if (worse) this.groups.set(group, { error, path, compared });
    else this.groups.set(group, { ...worst, compared });
  }

  /** Adds whole numbers that must all be equal. */
  addExact(group: Group, path: string, x: readonly number[], reference: readonly number[]): void {
    this.#met.add(path);
    const different = reference.filter((value, n) => value !== x[n]).length + Math.abs(x.length - reference.length);
    const worst = this.groups.get(group);
    this.groups.set(group, { error: different, path, compared: (worst?.compared ?? 0) + 1 });
  }

  omit(path: string, why: string): void {
    this.#met.add(path);
    this.omitted.push({ path, why });
  }

  /** Leaves out, by their names, the figures that nothing was held against, and what nothing reads. */
  omitOthers(figures: Iterable<string>, unread: readonly string[] = []): void {
    for (const path of figures) if (!this.#met.has(path)) this.omit(path, 'nothing here computes it');
    for (const path of unread) this.omit(path, 'nothing here reads it');
  }

  /** Groups whose worst error is too large, or is no number. */
  failures(): Group[] {
    return [...this.groups].filter(([group, { error }]) => !(error <= TOLERANCES[group])).map(([group]) => group);
  }
}

/** The error of a zero reference is scaled so that ZERO_TOLERANCE meets the group's tolerance. */
function relativeError(
  x: ArrayLike<number>,
  reference: ArrayLike<number>,
  origin: ArrayLike<number> | undefined,
  tolerance: number,
): number {
  if (x.length !== reference.length) throw new Error(`${x.length} values compared with ${reference.length}`);
  let difference = 0;
  let size = 0;
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const d = (x[i] as number) - (reference[i] as number);
    difference += d * d;
    size += ((reference[i] as number) - (origin?.[i] ?? 0)) ** 2;
    largest = Math.max(largest, Math.abs(d));
  }
  if (size === 0 || (!origin && isRounding(reference)))
    return Number.isNaN(difference) ? Number.NaN : (largest / ZERO_TOLERANCE) * tolerance;
  return Math.sqrt(difference / size);
}
