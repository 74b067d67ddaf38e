/** One .safetensors with openpi's paths, float32; the metadata tells everything else about the adapter. */
import {
  f32Tensor,
  placeOf,
  readSafetensors,
  type StoredTensor,
  toFloat32,
  writeSafetensors,
} from '../containers/safetensors';
import { LORA_A } from '../leaves/gemma';
import type { ModelConfig } from '../model/config';
import { elements, type Leaf } from '../model/tree';
import { excerpt, problem } from '../problem';
import { type Adapter, type AdapterTensor, isLora, type KnownBase, leavesByPath, sizeOf, withLora } from './adapter';
import { FORMAT, fromMetadata, rootScaledExperts, type Told, toMetadata } from './metadata';

/** The adapter as a file's bytes. */
export function exportOpenpi(adapter: Adapter): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, StoredTensor>();
  for (const [path, { shape, values }] of Object.entries(adapter.tensors)) tensors.set(path, f32Tensor(values, shape));
  return writeSafetensors(tensors, toMetadata(adapter));
}

export interface Imported {
  readonly adapter: Adapter;
  /** Id of the adapter that the file was exported from, where it tells. */
  readonly exportedFrom?: unknown;
  /** What the person should know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads an adapter from a .safetensors file: one of ours, or any whose tensors bear openpi's paths.
 *
 * @param where The file's name.
 * @param bases Bases to which the adapter may belong.
 * @param id For the new adapter.
 * @param now Milliseconds since 1970, for a file that does not tell when it was saved.
 * @throws ProblemError for a damaged file, an unknown base, a leaf that the base lacks or shapes otherwise.
 */
export function importAdapter(
  bytes: Uint8Array,
  where: string,
  bases: readonly KnownBase[],
  id: string,
  now: number,
): Imported {
  const { tensors: stored, metadata } = readSafetensors(bytes, where);
  if (stored.size === 0)
    throw problem('The file holds no tensors.', where, 'Choose an adapter exported as .safetensors.');
  if (metadata.format === FORMAT) return importOurs(stored, metadata, where, bases, id);
  return importForeign(stored, where, bases, id, now);
}

function importOurs(
  stored: Map<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
  where: string,
  bases: readonly KnownBase[],
  id: string,
): Imported {
  const told = fromMetadata(metadata, where);
  const base = baseOf(told, bases, where);
  const { loraRank, loraAlpha } = told.summary;
  const plain = withLora(base.modelConfig, loraRank, loraAlpha, hasLora(stored, base));
  const modelConfig = withRootScale(plain, rootScaledExperts(metadata, where));
  const leaves = leavesByPath(modelConfig);
  const tensors = takeTensors(stored, leaves, where);
  const missing = [...leaves.keys()].find((path) => isLora(path) && !tensors[path]);
  if (missing) throw problem(`The tensor "${missing}" is missing.`, where, 'The file is damaged; take a fresh copy.');
  const summary = { ...told.summary, id, base: base.id, ...sizeOf(tensors) };
  return {
    adapter: { ...told, summary, baseHash: base.hash, modelConfig, tensors },
    notes: [],
  };
}

/** The same LoRA, with rsLoRA's scale in the experts that have it. */
const withRootScale = (config: ModelConfig, scaled: readonly boolean[]): ModelConfig => ({
  ...config,
  experts: config.experts.map((expert, n) =>
    expert.lora && scaled[n] ? { ...expert, lora: { ...expert.lora, rootScaled: true } } : expert,
  ),
});

/** Which experts of a base a file has LoRA for; the only expert of a model always has. */
function hasLora(stored: ReadonlyMap<string, StoredTensor>, { modelConfig }: KnownBase) {
  const paths = [...stored.keys()].filter(isLora);
  return (expert: number) => {
    if (modelConfig.experts.length === 1) return true;
    const own = leavesByPath(withLora(modelConfig, 1, 1, (n) => n === expert));
    return paths.some((path) => own.has(path));
  };
}

/** Takes in openpi-named leaves of unknown origin: the rank is read off the shapes, the base is the one that fits. */
function importForeign(
  found: Map<string, StoredTensor>,
  where: string,
  bases: readonly KnownBase[],
  id: string,
  now: number,
): Imported {
  const stored = plainPaths(found, where);
  const rank = rankOf(stored, where);
  const candidates = bases.map((base) => ({
    base,
    modelConfig: withLora(base.modelConfig, rank, rank, hasLora(stored, base)),
  }));
  const chosen = candidates.find(({ modelConfig }) => fits(stored, modelConfig)) ?? candidates[0];
  if (!chosen) throw problem('There is no base to which the adapter could belong.', where);
  const { base, modelConfig } = chosen;
  const leaves = leavesByPath(modelConfig);
  const tensors = takeTensors(stored, leaves, where);
  const absent = [...leaves.values()].filter(({ path }) => isLora(path) && !tensors[path]);
  for (const { path, shape } of absent) tensors[path] = { shape, values: new Float32Array(elements(shape)) };
  const notes = [
    `The file does not name its base. Its tensors fit "${base.id}"; on another base of the same shape they mean nothing.`,
    `The file does not tell alpha. It is taken to be ${rank}, the rank.`,
    ...(absent.length > 0 ? [`${absent.length} LoRA tensors are not in the file and are taken as zero.`] : []),
  ];
  const name = where.replace(/\.safetensors$/i, '');
  const summary = { ...untoldSummary(name, rank, now), id, base: base.id, ...sizeOf(tensors) };
  return { adapter: { summary, baseHash: base.hash, modelConfig, tensors, settings: null, history: null }, notes };
}

/** Paths as filters see them: a checkpoint on disk begins them with `params/` and ends them with `/value`. */
function plainPaths(stored: Map<string, StoredTensor>, where: string): Map<string, StoredTensor> {
  const plain = new Map<string, StoredTensor>();
  for (const [name, tensor] of stored) {
    const path = name.replace(/^params\//, '').replace(/\/value$/, '');
    if (plain.has(path)) throw problem(`Two tensors mean the leaf "${excerpt(path)}".`, where);
    plain.set(path, tensor);
  }
  return plain;
}

/** The rank of LoRA's first factors, whose last axis it is. */
function rankOf(stored: Map<string, StoredTensor>, where: string): number {
  const first = [...stored].find(([path, { shape }]) => path.endsWith(LORA_A) && shape.length > 1);
  const rank = first?.[1].shape.at(-1);
  if (!rank) {
    throw problem(
      'No tensor has the path of an openpi LoRA leaf.',
      where,
      'Choose an adapter exported as .safetensors with openpi paths; one of PEFT together with its adapter_config.json.',
    );
  }
  return rank;
}

const fits = (stored: Map<string, StoredTensor>, config: ModelConfig) => {
  const leaves = leavesByPath(config);
  return [...stored].every(([path, { shape }]) => sameShape(leaves.get(path)?.shape, shape));
};

export const sameShape = (a: readonly number[] | undefined, b: readonly number[]) =>
  a !== undefined && a.length === b.length && a.every((n, i) => n === b[i]);

function takeTensors(
  stored: Map<string, StoredTensor>,
  leaves: ReadonlyMap<string, Leaf>,
  where: string,
): Record<string, AdapterTensor> {
  const tensors: Record<string, AdapterTensor> = {};
  for (const [path, tensor] of stored) {
    const place = placeOf(path, where);
    const leaf = leaves.get(path);
    if (!leaf) throw problem('The base has no parameter of this name.', place, 'Choose an adapter of this base.');
    checkShape(tensor, leaf.shape, place);
    tensors[path] = { shape: leaf.shape, values: finiteValues(tensor, place) };
  }
  return tensors;
}

/** @throws ProblemError where a tensor has another shape than the base needs */
export function checkShape({ shape }: StoredTensor, needed: readonly number[], place: string): void {
  if (sameShape(needed, shape)) return;
  throw problem(
    `Its shape is (${excerpt(shape.join(', '))}), and the base needs (${needed.join(', ')}).`,
    place,
    'Choose an adapter of this base.',
  );
}

/** @throws ProblemError for a value that is no finite number */
export function finiteValues(tensor: StoredTensor, place: string): Float32Array<ArrayBuffer> {
  const values = toFloat32(tensor, place);
  if (values.every(Number.isFinite)) return values;
  throw problem(
    'It holds values that are no finite numbers.',
    place,
    'The run that made it diverged; export one that did not.',
  );
}

/** The base that an adapter was trained on. @throws ProblemError where it is not here */
export function baseOf(told: Told, bases: readonly KnownBase[], where: string): KnownBase {
  const base = bases.find(({ hash }) => hash === told.baseHash);
  if (base) return base;
  throw problem(
    `The adapter was trained on the base "${excerpt(told.summary.base)}" (${told.baseHash.slice(0, 12)}…), which is not here.`,
    where,
    told.summary.policy
      ? 'Open the checkpoint that it was trained on.'
      : 'Open it in a build of this page that has that base.',
  );
}

/** The summary of an adapter whose file tells nothing about its run. */
export const untoldSummary = (name: string, rank: number, now: number) => ({
  name,
  savedAt: now,
  steps: 0,
  keptStep: 0,
  baselineHeldout: Number.NaN,
  heldout: Number.NaN,
  loraRank: rank,
  loraAlpha: rank,
  freeze: '',
});
