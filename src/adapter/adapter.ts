import type { AnyConfig, ModelConfig } from '../model/config';
import type { DecoderConfig } from '../model/decoder_config';
import { countParameters, type Leaf, leavesOf } from '../model/tree';
import type { DeltaMask } from '../recording/delta';
import type { NormStats } from '../recording/normalize';
import type { JointNames } from '../recording/recording';
import type { NormalizationKind, StateForm } from '../settings/actions';
import type { TaskSettings } from '../settings/task';
import type { RunHistory } from '../train/events';
import type { AdapterSummary, HubBase } from './summary';

export interface AdapterTensor {
  /** As openpi stores the leaf: with the leading depth axis if it has one. */
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * What a run leaves behind: every leaf that differs from the base. These are the leaves that trained, and all LoRA
 * leaves even where the filter froze them, because the base has none and openpi starts them at random.
 */
export interface Adapter {
  readonly summary: AdapterSummary;
  /** SHA-256 of the base's weights file, hexadecimal. */
  readonly baseHash: string;
  /** The base's sizes, with the LoRA of this adapter. */
  readonly modelConfig: AnyConfig;
  /** By openpi's path, or the hub's and PEFT's: factors are then (in, rank) and (rank, out), PEFT's transposed. */
  readonly tensors: Readonly<Record<string, AdapterTensor>>;
  /** Null where the adapter came from a file that does not tell. */
  readonly settings: TaskSettings | null;
  readonly history: RunHistory | null;
  /** Of an actions adapter: the robot that it moves. */
  readonly robot?: RobotForm;
  /** SHA-256 of what it was trained on, see data_hash.ts; absent where the adapter does not tell. */
  readonly dataHash?: string;
}

/** How an actions adapter reads a robot's state and writes its actions. */
export interface RobotForm {
  /** As the recording calls it; empty where it does not say. */
  readonly name: string;
  /** Frames a second. */
  readonly fps: number;
  /** As recorded. */
  readonly jointNames: JointNames;
  /** What the state tells: `stats.state` is of these numbers, not of the joints as recorded. */
  readonly state: StateForm;
  /** Cameras that it saw in training, in the model's order; empty: it learned blind. */
  readonly cameras: readonly string[];
  /** Of each of them its place in the base, as openpi names it. Absent in adapters of before: the first places, in order. */
  readonly places?: readonly string[];
  /** H: actions of a chunk. */
  readonly horizon: number;
  readonly delta: DeltaMask;
  readonly normalization: NormalizationKind;
  /** Of the training episodes. */
  readonly stats: NormStats;
  /** What it was asked for in training. */
  readonly tasks: readonly string[];
}

/** A base that this build knows, as far as adapters care. */
export interface KnownBase {
  readonly id: string;
  /** SHA-256 of its weights file, hexadecimal. */
  readonly hash: string;
  /** Its sizes, without LoRA. */
  readonly modelConfig: ModelConfig;
}

/** A model of the hub that a person has opened, as far as adapters care. */
export interface OpenHubBase {
  /** As in the summaries of its adapters. */
  readonly id: string;
  /** Without LoRA. */
  readonly modelConfig: DecoderConfig;
  /** Hash and name, as in its adapters; all of its files may be read for that. */
  readonly identify: () => Promise<{ readonly hash: string; readonly hub: HubBase }>;
}

export const isLora = (path: string) => path.includes('lora');

/** The base's sizes with LoRA of one rank and alpha in every expert, or in those that `has` names. */
export const withLora = (
  config: ModelConfig,
  rank: number,
  alpha: number,
  has: (expert: number) => boolean = () => true,
): ModelConfig => ({
  ...config,
  experts: config.experts.map((expert, n) => (has(n) ? { ...expert, lora: { rank, alpha } } : expert)),
});

/** The leaves that an adapter of this model may hold, by path. */
export const leavesByPath = (config: AnyConfig): ReadonlyMap<string, Leaf> =>
  new Map(leavesOf(config).map((leaf) => [leaf.path, leaf]));

/** Parameters and bytes of an adapter's tensors, for its summary. */
export function sizeOf(tensors: Adapter['tensors']): { parameters: number; bytes: number } {
  const parameters = countParameters(Object.values(tensors));
  return { parameters, bytes: 4 * parameters };
}

/** Names that Windows keeps for devices, whatever the ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A file name made of an adapter's name: letters, digits, dashes. */
export function fileName(adapter: Adapter, ending: string): string {
  const stem = adapter.summary.name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '') // an accent is no letter of its own
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return `${RESERVED.test(stem) ? `adapter-${stem}` : stem || 'adapter'}${ending}`;
}
