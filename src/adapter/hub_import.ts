/** PEFT's LoRA of a model of the hub, to be trained on: the way back of hub_peft.ts, and in from any other tool. */
import { placeOf, type StoredTensor } from '../containers/safetensors';
import { LINEARS } from '../leaves/decoder';
import { type LinearRows, pathOf } from '../leaves/row';
import { type DecoderConfig, type DecoderLora, MODULES } from '../model/decoder_config';
import { decoderLengths, joinedShape } from '../model/lengths';
import { excerpt, problem } from '../problem';
import { lastName, modulePath } from '../settings/lora';
import { type Adapter, type AdapterTensor, type OpenHubBase, sizeOf } from './adapter';
import { transposed } from './hub_modules';
import type { ToldOfFolder } from './metadata';
import { finiteValues, type Imported, untoldSummary } from './openpi_file';
import { noLora, type PeftConfig } from './peft_config';
import { checkedRank, factorPairs } from './peft_factors';
import type { HubBase } from './summary';

/** A PEFT folder, read. */
export interface ReadPeft {
  readonly said: PeftConfig;
  readonly stored: ReadonlyMap<string, StoredTensor>;
  /** Null where another tool wrote it. */
  readonly told: ToldOfFolder | null;
}

/** What of a PEFT folder a model takes. */
interface TakenPeft {
  readonly lora: DecoderLora;
  /** As they train, under their paths. */
  readonly tensors: Adapter['tensors'];
  /** Modules that have factors, and that target_modules leaves out. */
  readonly left: number;
}

/**
 * The adapter, with the ranks and alphas that PEFT gives its modules. The model's files are read for their hash, where they have not
 * been, once all of the adapter is known to fit.
 * @param open The model that is open
 * @throws ProblemError where no model is open, and as takePeft() does
 */
export async function importHubPeft(
  { said, stored, told }: ReadPeft,
  where: string,
  open: OpenHubBase | null,
  id: string,
  now: number,
): Promise<Imported> {
  if (!open) throw notOpen(told?.summary.base ?? said.base, where);
  const { lora, tensors, left } = takePeft({ said, stored }, where, open.modelConfig);
  const { rank: loraRank, alpha: loraAlpha } = lora;
  const own = told?.summary ?? untoldSummary(where.replace(/\.zip$/i, ''), loraRank, now);
  const { id: base } = open;
  const { hash: baseHash, hub } = await open.identify();
  const adapter: Adapter = {
    summary: { ...own, loraRank, loraAlpha, id, base, hub, ...sizeOf(tensors) },
    baseHash,
    modelConfig: { ...open.modelConfig, lora },
    tensors,
    settings: told?.settings ?? null,
    history: told?.history ?? null,
    ...(told?.dataHash ? { dataHash: told.dataHash } : {}),
  };
  const leftOut = `${left} modules have factors that target_modules leaves out: they are not taken.`;
  return {
    adapter,
    notes: [...baseNotes(said, told, hub, baseHash), ...(left > 0 ? [leftOut] : [])],
    ...(told ? { exportedFrom: told.id } : {}),
  };
}

/** @throws ProblemError for what is no plain LoRA, and for what does not fit the model */
export function takePeft(
  { said, stored }: Pick<ReadPeft, 'said' | 'stored'>,
  where: string,
  config: DecoderConfig,
): TakenPeft {
  if (said.whole.length > 0) throw noLora(`modules_to_save ${excerpt(said.whole.join(', '))}`, where);
  const found = findModules(stored, config, where);
  const taken = found.filter(({ name }) => said.isTarget(name));
  if (taken.length === 0) throw problem('No tensor is LoRA of the model that is open.', where, CHOOSE);
  return {
    lora: loraOf(taken, said, config, where),
    tensors: Object.fromEntries(taken.flatMap(({ factors }) => factors)),
    left: found.length - taken.length,
  };
}

const CHOOSE = 'Choose a PEFT folder of this model, or open the model that it was trained on.';

function notOpen(base: string | null, where: string) {
  const what = base
    ? `The adapter is of the model "${excerpt(base)}", and no model of the hub is open.`
    : 'The adapter is of a model of the hub, and none is open.';
  return problem(what, where, 'Open the model that it was trained on, then import the adapter.');
}

/** What a person should know of how the base was found. */
function baseNotes({ base }: PeftConfig, told: ToldOfFolder | null, hub: HubBase, hash: string): string[] {
  const fits = `The tensors fit "${hub.name}", which is open; on another base of the same shape they mean nothing.`;
  if (told)
    return told.baseHash === hash
      ? []
      : [`The adapter was trained on other files than those that are open (${told.baseHash.slice(0, 12)}…). ${fits}`];
  if (base === hub.nameOrPath || base === hub.name) return [];
  return [
    base ? `The adapter names "${excerpt(base)}" as its base. ${fits}` : `The folder does not name its base. ${fits}`,
  ];
}

/** A linear that the file has factors of. */
interface FoundModule {
  /** PEFT's, without what every name begins with. */
  readonly name: string;
  readonly layer: number;
  readonly linear: LinearRows;
  readonly rank: number;
  /** As they train, under their paths. */
  readonly factors: readonly (readonly [path: string, AdapterTensor])[];
}

/** @throws ProblemError for a tensor that belongs to no linear of the model, or has another shape than the linear's */
function findModules(stored: ReadonlyMap<string, StoredTensor>, config: DecoderConfig, where: string): FoundModule[] {
  return factorPairs(stored, where, unknown).map(({ name, A, B }) => {
    const place = placeOf(name, where);
    const [, digits = '', module = ''] = /^model\.layers\.(\d{1,6})\.(.+)$/.exec(name) ?? [];
    const linear = LINEARS.find((one) => one.module === module);
    const layer = Number(digits);
    if (!linear || layer >= config.depth) throw unknown(name, where);
    return { name, layer, linear, ...factorsOf(A, B, layer, linear, config, place) };
  });
}

function factorsOf(
  A: StoredTensor,
  B: StoredTensor,
  layer: number,
  linear: LinearRows,
  config: DecoderConfig,
  place: string,
): Pick<FoundModule, 'rank' | 'factors'> {
  const [outputs, inputs] = joinedShape(linear.weight, decoderLengths(config)) as [number, number];
  const rank = checkedRank(A, B, { inputs, outputs }, place);
  const a = transposed(finiteValues(A, `${place}, lora_A`), [rank, inputs]);
  const b = transposed(finiteValues(B, `${place}, lora_B`), [outputs, rank]);
  return {
    rank,
    factors: [
      [pathOf(linear.a, 0, layer), { shape: [inputs, rank], values: a }],
      [pathOf(linear.b, 0, layer), { shape: [rank, outputs], values: b }],
    ],
  };
}

const unknown = (name: string, where: string) =>
  problem('The model that is open has no linear of this name.', placeOf(name, where), CHOOSE);

/** LoRA as the model has it: what most modules have, and what others have instead. */
function loraOf(found: readonly FoundModule[], said: PeftConfig, { depth }: DecoderConfig, where: string): DecoderLora {
  const modules = new Map(found.map((one) => [one.name, { rank: one.rank, alpha: said.alphaOf(one.name) }]));
  for (const [name, { rank }] of modules) {
    const wanted = said.rankOf(name) ?? rank;
    if (wanted === rank) continue;
    const what = `Its factors have rank ${rank}; its adapter_config.json says ${excerpt(String(wanted))}.`;
    throw problem(what, placeOf(name, where), 'Take a fresh copy of the folder.');
  }
  const usual = { rank: said.rank ?? found[0]!.rank, alpha: said.alpha };
  const linears = LINEARS.filter((linear) => found.some((one) => one.linear === linear));
  const others = new Map<string, { rank: number; alpha: number } | null>();
  for (let layer = 0; layer < depth; layer++) {
    for (const { module } of linears) {
      const path = modulePath(layer, module);
      const own = modules.get(`model.${path}`) ?? null;
      if (own === null || own.rank !== usual.rank || own.alpha !== usual.alpha) others.set(path, own);
    }
  }
  return {
    ...usual,
    rootScaled: said.rootScaled,
    targets: MODULES.filter((module) => linears.some((linear) => lastName(linear.module) === module)),
    ...(others.size > 0 ? { others: Object.fromEntries(others) } : {}),
  };
}
