import type { FileHash } from '../hub/source';
import type { ModelKind } from '../leaves/row';
import type { Family } from '../model/decoder_config';
import type { Naming } from '../policy/naming';
import type { Problem } from '../problem';
import type { DecoderLora } from '../settings/lora';
import type { TaskSettings } from '../settings/task';
import type { FrozenWeights } from '../settings/text';
import type { RunHistory } from '../train/events';

export interface AdapterSummary {
  readonly id: string;
  readonly name: string;
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly steps: number;
  readonly keptStep: number;
  readonly baselineHeldout: number;
  readonly heldout: number;
  readonly parameters: number;
  readonly bytes: number;
  readonly loraRank: number;
  readonly loraAlpha: number;
  readonly freeze: string;
  /** Of an actions adapter. */
  readonly robot?: RobotSummary;
  /** Of an adapter of a model of the hub. */
  readonly hub?: HubBase;
  /** Of an adapter of a policy that a person opened. */
  readonly policy?: PolicyOrigin;
  /** Of an adapter of a model of the hub: what a run takes over that goes on from it. */
  readonly lora?: DecoderLora;
  /** The same, where it was trained on other weights than the files have. */
  readonly weights?: FrozenWeights;
  /** Only in a list: there was no room to keep it, and it is gone when the tab is closed in which it was made. */
  readonly unsaved?: true;
}

/** A model of the hub as the person opened it: what an adapter's files say of their base. */
export interface HubBase {
  /** What the person knows it by: the name of its folder or file. */
  readonly name: string;
  /** By what other programs find it: its name on the hub, or the path of its folder. The person may change it. */
  readonly nameOrPath: string;
  readonly family: Family;
  /** Those of its weights. */
  readonly files: readonly FileHash[];
  /** By the hub's identifier, as `apache-2.0`, where the model's own files say it. */
  readonly licence?: string;
}

/** A π0 or π0.5 as the person opened it: what an adapter's files say of their base. */
export interface PolicyOrigin {
  /** What the person knows it by: the name of its folder. */
  readonly name: string;
  readonly kind: ModelKind;
  /** How its files name their tensors. */
  readonly naming: Naming;
  /** Those of its weights. */
  readonly files: readonly FileHash[];
}

/** The robot that an adapter moves. */
export interface RobotSummary {
  /** As the recording calls it; empty where it does not say. */
  readonly name: string;
  /** Joints of the action. */
  readonly joints: readonly string[];
  /** Cameras that it saw in training; none: it learned blind. */
  readonly cameras: readonly string[];
  /** H: actions that it predicts from one frame. */
  readonly horizon: number;
}

/** An adapter that is off the list, and can be brought back until it is removed for good. */
export interface DeletedAdapter extends AdapterSummary {
  /** Milliseconds since 1970. */
  readonly deletedAt: number;
}

/** An adapter that is kept, with the formats that it can be exported in, in the order in which they are offered. */
export interface ListedAdapter extends AdapterSummary {
  readonly formats: readonly ExportFormat[];
}

export interface ImportedAdapter {
  readonly summary: AdapterSummary;
  /** It was in the list already, and is there once. */
  readonly kept: boolean;
  /** What had to be assumed, a sentence each: a file from elsewhere does not tell everything. */
  readonly notes: readonly string[];
}

/**
 * openpi: one .safetensors with openpi's paths. peft: a zipped PEFT folder. gguf and mlx, of adapters of the hub's models: zipped
 * folders for llama.cpp and Ollama, and for mlx-lm. leaves and torch_leaves, of adapters of policies: zipped folders of the leaves that changed, by
 * openpi's paths and PyTorch's names. merged: the model or policy itself with the adapter in its weights, a zipped folder.
 * server, of both: a zipped folder with which a GPU server goes on training, with the data or what they are called.
 * norm_stats: openpi's norm_stats.json, of adapters of a robot alone. memory: memory.csv, what the run held on the GPU over time.
 */
export type ExportFormat =
  | 'openpi'
  | 'peft'
  | 'gguf'
  | 'mlx'
  | 'leaves'
  | 'torch_leaves'
  | 'merged'
  | 'server'
  | 'norm_stats'
  | 'memory';

/** A file to be taken away. */
export interface ExportedFile {
  readonly name: string;
  /** In memory, or on the disk where it may be larger than that. */
  readonly content: Blob;
}

/** A file with everything; what could not be read is not in it. */
export interface BackupFile extends ExportedFile {
  readonly problems: readonly Problem[];
}

/** What came of a backup that was restored. */
export interface Restored {
  /** How many were added. */
  readonly adapters: number;
  /** Records of runs that have ended. */
  readonly runs: number;
  readonly unfinished: number;
  /** How many were there already, and stayed as they were. */
  readonly already: number;
  /** One for each part that is damaged, or could not be kept. */
  readonly problems: readonly Problem[];
}

/** A run that a checkpoint can bring back. */
export interface UnfinishedRun {
  readonly runId: string;
  readonly name: string;
  readonly step: number;
  readonly steps: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly settings: TaskSettings;
  readonly history: RunHistory;
  readonly baselineHeldout: number;
}

/** What two adapters change of one leaf of their base. */
export interface LeafNorms {
  /** Its path; of leaves that each layer has for itself, without the number of the layer. */
  readonly leaf: string;
  /** Whether it has layers; else `layers` is one. */
  readonly layered: boolean;
  readonly layers: readonly LayerNorms[];
}

/**
 * Root mean squares over the n weights of one layer of a leaf, ‖ΔW‖ / √n in Frobenius' norm, so that leaves of any size have one
 * scale. Null: not known, because the leaf was trained whole and the base, from whose values it was changed, is not at hand.
 * 0: not changed.
 */
export interface LayerNorms {
  /** Of ΔW of the first adapter. */
  readonly first: number | null;
  readonly second: number | null;
  /** Of the difference of both: it is known too where both trained the leaf whole. */
  readonly apart: number | null;
}
