import type { BytesByKind, MemoryKind } from '../gpu/tensor';
import type { ProposedSettings, TaskSettings } from '../settings/task';

const KINDS: Readonly<Record<MemoryKind, string>> = {
  frozen: 'frozen weights',
  trainable: 'trainable weights',
  gradients: 'gradients',
  moments: 'optimizer moments',
  activations: 'saved activations',
  workspace: 'workspace',
  prefix: 'kept prefixes',
  inputs: 'inputs',
  staging: 'staging buffers',
  sampler: 'sampling',
};

const UNITS = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

/** Two or three significant digits with a decimal unit: "310 MB", "1.2 GB". */
export function megabytes(bytes: number): string {
  const [unit, size] = UNITS.find(([, least]) => bytes >= 0.9995 * least) ?? ['B', 1];
  const value = bytes / size;
  return `${Number(value.toPrecision(value >= 99.5 ? 3 : 2))} ${unit}`;
}

/** Why a run does not fit a budget: "Needs 1.2 GB more: mostly saved activations." */
export function tooLarge(over: number, byKind: BytesByKind): string {
  return `Needs ${megabytes(over)} more: mostly ${mostly(byKind)}.`;
}

/** Why a run does not fit although its bytes do. */
export const tooLargeBuffer = (largest: number, limit: number): string =>
  `Needs one buffer of ${megabytes(largest)}; this device allows ${megabytes(limit)}.`;

/** What takes the most bytes. */
function mostly(byKind: BytesByKind): string {
  const [kind] = Object.entries(byKind).reduce((most, one) => (one[1] > most[1] ? one : most));
  return KINDS[kind as MemoryKind];
}

/** How a run is computed: "Batch 2, accumulated 4 times, with re-computation". */
export function wayInWords({
  batchSize,
  accumulation,
  recompute,
}: Pick<ProposedSettings, 'batchSize' | 'accumulation' | 'recompute'>): string {
  const times = accumulation === 1 ? '' : `, accumulated ${accumulation} times`;
  return `Batch ${batchSize}${times}${recompute ? `${times === '' ? '' : ','} with re-computation` : ''}`;
}

/** Settings with a proposal's; a proposal is for a run of one stage. */
export const withProposal = <S extends TaskSettings>(settings: S, proposed: ProposedSettings): S => ({
  ...settings,
  ...proposed,
  stages: [],
});
