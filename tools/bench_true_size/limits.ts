/** What a policy at its true size may take, in the order in which it is measured. */
export interface Measured {
  readonly pass: Counted;
  readonly training: Counted & { readonly losses: readonly number[] };
  /** Megabytes that the tab had when it was opened, and at most later; null where the system does not tell. */
  readonly tab_mb: { readonly start: number; readonly most: number } | null;
}

interface Counted {
  readonly planned_bytes: number;
  readonly counted_bytes: number;
}

const GB = 1e9;
/** Bytes on the GPU, of the pass and of training; the norms of π0.5 have weights of their own, and train. */
const GPU_BYTES = { pass: 1.6 * GB, pi0: 1.4 * GB, pi05: 1.7 * GB };
/** Of the tab's process, with all that it had before. */
const TAB_MB = 2000;

/** Everything in which a measurement is not as it has to be, a sentence each. */
export function faultsOf(kind: 'pi0' | 'pi05', { pass, training, tab_mb }: Measured): readonly string[] {
  const [first = Number.NaN, last = Number.NaN] = [training.losses[0], training.losses.at(-1)];
  return [
    ...countedFaults('frames', pass, GPU_BYTES.pass),
    ...countedFaults('training', training, GPU_BYTES[kind]),
    ...(tab_mb !== null && !(tab_mb.most <= TAB_MB) ? [`The tab took ${tab_mb.most} MB, more than ${TAB_MB}.`] : []),
    ...(training.losses.length > 1 && !(last < first) ? [`The loss went from ${first} to ${last}.`] : []),
  ];
}

function countedFaults(phase: string, { planned_bytes, counted_bytes }: Counted, most: number): readonly string[] {
  const unequal = `${phase}: ${planned_bytes} bytes were planned, and ${counted_bytes} counted.`;
  const tooMany = `${phase}: ${counted_bytes} bytes on the GPU are more than ${most}.`;
  return [...(planned_bytes === counted_bytes ? [] : [unequal]), ...(counted_bytes <= most ? [] : [tooMany])];
}
