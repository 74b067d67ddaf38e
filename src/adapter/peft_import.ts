/**
 * PEFT's LoRA as openpi's, the way back of peft.ts, without any loss. Of one that was not exported here, too: where a
 * module's A is shared by heads that openpi gives factors of their own, each head gets it.
 */
import { placeOf, readSafetensors, type StoredTensor } from '../containers/safetensors';
import { ADAPTED_MODULES } from '../leaves/gemma';
import { type Projection, pathOf } from '../leaves/row';
import type { ExpertConfig, ModelConfig } from '../model/config';
import { axisLength, expertLengths } from '../model/lengths';
import { elements } from '../model/tree';
import type { LeafForm } from '../policy/leaf_form';
import { problem } from '../problem';
import {
  type AdapterTensor,
  isLora,
  type KnownBase,
  leavesByPath,
  type OpenHubBase,
  sizeOf,
  withLora,
} from './adapter';
import { importHubPeft } from './hub_import';
import { transposed } from './hub_modules';
import { fromTrainingConfig, type Told } from './metadata';
import { baseOf, checkShape, finiteValues, type Imported, untoldSummary } from './openpi_file';
import { ACTIONS_TARGET, type PeftTarget, TEXT_TARGET, type WholePlace, wholePlaces } from './peft';
import { type PeftConfig, readPeftConfig, scaleOf } from './peft_config';
import { type FoundModule, findModules } from './peft_modules';

/** The contents of a PEFT folder. */
export interface PeftFolder {
  /** adapter_config.json */
  readonly config: string;
  /** adapter_model.safetensors */
  readonly weights: Uint8Array;
  /** training_config.json, where there is one: all that PEFT has no place for. */
  readonly training?: string;
}

/** Bases to which a PEFT adapter may belong. */
export interface BasesForPeft {
  readonly shipped: readonly KnownBase[];
  /** The model of the hub that is open. */
  readonly open: OpenHubBase | null;
}

/**
 * Reads an adapter from a PEFT folder. One that names a base, or tells nothing while a model of the hub is open, is of such a model,
 * which is identified once the adapter is known to fit it.
 *
 * @param where What the person calls it: the archive's or the folder's name.
 * @param id For the new adapter.
 * @param now Milliseconds since 1970, for a folder that does not tell when it was saved.
 * @throws ProblemError for a damaged file, a kind of adapter that is no plain LoRA, an unknown base, a module that the
 *   base lacks or shapes otherwise.
 */
export async function importPeft(
  { config, weights, training }: PeftFolder,
  where: string,
  { shipped: bases, open }: BasesForPeft,
  id: string,
  now: number,
): Promise<Imported> {
  const said = readPeftConfig(config, where);
  const { tensors: stored } = readSafetensors(weights, where);
  const told = training === undefined ? null : fromTrainingConfig(training, where);
  if (told ? told.isOfHub : said.base !== null || open !== null)
    return importHubPeft({ said, stored, told }, where, open, id, now);
  const target = [TEXT_TARGET, ACTIONS_TARGET].find(({ layers }) =>
    [...stored.keys()].some((name) => name.startsWith(`base_model.model.${layers}.`)),
  );
  if (!target) throw problem('No tensor is LoRA of a model that this page has.', where, CHOOSE);
  refuseWithoutRobot(target, told, where);
  const base = told ? baseOf(told, bases, where) : baseFor(target, bases, where);
  const expert = base.modelConfig.experts[target.expert];
  if (!expert) throw problem(`The base "${base.id}" has no such part.`, where, CHOOSE);
  const whole = wholePlaces(base.modelConfig, target);
  const factors = new Map([...stored].filter(([name]) => !whole.has(name)));
  const modules = findModules(factors, target, expert, where);
  const rank = told?.summary.loraRank ?? neededRank(modules);
  if (modules.length > 0 && neededRank(modules) !== rank) {
    const what = `Its factors have rank ${neededRank(modules)}; its training_config.json says ${rank}.`;
    throw problem(what, where, 'Take a fresh copy of the folder.');
  }
  const alpha = told?.summary.loraAlpha ?? rank;
  const modelConfig = withLora(base.modelConfig, rank, alpha, (n) => n === target.expert);
  const filled = new Filled(modelConfig, target.expert);
  for (const module of modules) filled.put(module, said);
  if (!filled.isFinite)
    throw problem('Its lora_alpha makes its factors infinite.', where, 'Take a fresh copy of the folder.');
  const tensors = { ...filled.tensors, ...wholeTensors(stored, whole, where) };
  const own = told?.summary ?? untoldSummary(where.replace(/\.zip$/i, ''), rank, now);
  const { settings, history, robot, dataHash } = told ?? { settings: null, history: null };
  const summary = { ...own, id, base: base.id, ...sizeOf(tensors) };
  const data = dataHash ? { dataHash } : {};
  const adapter = { summary, baseHash: base.hash, modelConfig, tensors, settings, history, ...data };
  return {
    adapter: robot ? { ...adapter, robot } : adapter,
    notes: [...(told ? [] : [untold(base)]), ...absent(modules, expert)],
    ...(told ? { exportedFrom: told.id } : {}),
  };
}

const CHOOSE = 'Choose a PEFT folder of one of the models of this page.';

const untold = ({ id }: KnownBase): string =>
  `The folder does not name its base. Its tensors fit "${id}"; on another base of the same shape they mean nothing.`;

function absent(modules: readonly FoundModule[], { depth }: ExpertConfig): string[] {
  const missing = depth * ADAPTED_MODULES.length - modules.length;
  return missing > 0 ? [`${missing} modules have no factors in the file: theirs are zero.`] : [];
}

/** PEFT knows no robot: what its numbers mean only training_config.json tells. */
function refuseWithoutRobot({ projections }: PeftTarget, told: Told | null, where: string): void {
  if (projections === undefined || told?.robot) return;
  throw problem(
    'The folder does not tell of which robot it is: names of joints, and how their numbers are normalised.',
    where,
    'Choose a folder with the training_config.json that this page writes.',
  );
}

/** The only base that has the part which the adapter is for. */
function baseFor({ expert }: PeftTarget, bases: readonly KnownBase[], where: string): KnownBase {
  const base = bases.find(({ modelConfig }) => modelConfig.experts.length === expert + 1);
  if (!base) throw problem('There is no base to which the adapter could belong.', where, CHOOSE);
  return base;
}

/** openpi's rank for a module: where each of G groups has factors of its own, PEFT's has G times as many. */
const rankOf = ({ rank, sizes, ownFactors }: FoundModule) => (ownFactors ? rank / sizes.G : rank);

const neededRank = (modules: readonly FoundModule[]) =>
  modules.reduce((most, module) => Math.max(most, rankOf(module)), 1);

/** LoRA leaves of a model that are filled module by module; what nobody fills stays zero. */
class Filled {
  readonly tensors: Record<string, AdapterTensor> = {};
  readonly #expert: ExpertConfig;
  readonly #number: number;
  readonly #rank: number;
  readonly #alpha: number;

  constructor(config: ModelConfig, expert: number) {
    this.#number = expert;
    this.#expert = config.experts[expert]!;
    const { rank, alpha } = this.#expert.lora!;
    this.#rank = rank;
    this.#alpha = alpha;
    for (const { path, shape } of leavesByPath(config).values())
      if (isLora(path)) this.tensors[path] = { shape, values: new Float32Array(elements(shape)) };
  }

  put(module: FoundModule, said: PeftConfig): void {
    const { projection, sizes, layer, place, rank, ownFactors, factors } = module;
    const scaled = projection.scaled ? this.#alpha / this.#rank : 1;
    const by = scaleOf(said, module.name, rank) / scaled;
    const own = rankOf(module);
    const columnOf = (group: number, r: number): number => (ownFactors ? group * own + r : r);
    const [a, b] = [this.#values(projection.a), this.#values(projection.b)];
    const lengths = expertLengths(this.#expert);
    const aGroup = layer * axisLength(projection.a.axes.G, lengths) + place * sizes.G;
    // Where openpi sums over heads in B, the first head has the sum.
    const bGroup = layer * axisLength(projection.b.axes.G, lengths) + place * sizes.G;
    for (let group = 0; group < sizes.G; group++) {
      for (let r = 0; r < own; r++) {
        const column = columnOf(group, r);
        for (let i = 0; i < sizes.I; i++)
          a[((aGroup + group) * sizes.I + i) * this.#rank + r] = factors.a[column * sizes.I + i]!;
        for (let o = 0; o < sizes.O; o++)
          b[((bGroup + group) * this.#rank + r) * sizes.O + o] = factors.b[(group * sizes.O + o) * rank + column]! * by;
      }
    }
  }

  get isFinite(): boolean {
    return Object.values(this.tensors).every(({ values }) => values.every(Number.isFinite));
  }

  #values(row: Projection['a' | 'b']): Float32Array {
    return this.tensors[pathOf(row, this.#number)]!.values;
  }
}

/** Leaves that trained whole. */
function wholeTensors(
  stored: ReadonlyMap<string, StoredTensor>,
  places: ReadonlyMap<string, WholePlace>,
  where: string,
): Record<string, AdapterTensor> {
  const found = [...places].filter(([name]) => stored.has(name));
  const trained = new Set(found.map(([, { leaf }]) => leaf.path));
  const tensors: Record<string, AdapterTensor> = {};
  for (const [name, { leaf, form, layer }] of places) {
    const { path, shape } = leaf;
    if (!trained.has(path)) continue;
    const tensor = stored.get(name);
    if (!tensor) throw problem(`The tensor "${name}" is missing.`, where, 'The file is damaged; take a fresh copy.');
    tensors[path] ??= { shape, values: new Float32Array(elements(shape)) };
    tensors[path].values.set(wholeValues(tensor, form, placeOf(name, where)), layer * elements(form.shape));
  }
  return tensors;
}

/** PyTorch's weight (out, in) is a kernel (in, out). */
function wholeValues(tensor: StoredTensor, { shape, turned }: LeafForm, place: string): Float32Array<ArrayBuffer> {
  checkShape(tensor, shape, place);
  const values = finiteValues(tensor, place);
  return turned ? transposed(values, shape as [number, number]) : values;
}
