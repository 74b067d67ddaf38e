import type { MemoryKind } from '../gpu/tensor';
import type { ActionsSettings, OpenLoop, RecordingCalls } from './api_actions';
import type { Proposal, Remedy } from './api_auto';
import type { Catalogue, PlannedModelId } from './api_catalogue';
import type { FreezeReport, FreezeSettings } from './api_freeze';

export type * from './api_actions';
export type * from './api_auto';
export type * from './api_catalogue';
export type * from './api_freeze';

/**
 * The whole conversation between the page and the trainer's thread. Types only.
 *
 * Every call answers with an Outcome: Comlink keeps of a thrown error nothing but its message, so a
 * failure that the page should explain crosses as data. Callbacks must be wrapped in Comlink's proxy().
 */
export interface TrainerApi extends RecordingCalls {
  /** What this browser and this GPU can do. A browser without WebGPU is an answer, not a failure. */
  inspect(): Promise<Outcome<DeviceReport>>;

  /** The embedded bases and sample datasets that this build ships. */
  catalogue(): Promise<Outcome<Catalogue>>;

  /** Reads, splits and tokenizes files; replaces the dataset that was open. Files that fail are reported beside those that load. */
  openDataset(files: readonly File[], options: DatasetOptions): Promise<Outcome<DatasetReport>>;
  /** The same for a sample that ships with the page, by its id in the catalogue. */
  openSample(id: string, options: DatasetOptions): Promise<Outcome<DatasetReport>>;
  /** A sample as the file that a person would have dropped. */
  sampleFile(id: string): Promise<Outcome<File>>;

  /**
   * Bytes on the GPU that these settings will take, before anything is allocated.
   * @param model plan this model of the same task instead of the base: `freeze`, sizes and re-computation are those of
   *   the settings; where there are adapters, and of which rank, the model says; no recording is asked
   */
  plan(settings: TaskSettings, model?: PlannedModelId): Promise<Outcome<PlanReport>>;
  /**
   * What the freeze filter matches, part by part, and what is wrong with it. Needs no GPU and no data.
   * @param model ask about this model instead of the base
   */
  inspectFreeze(settings: FreezeSettings, model?: PlannedModelId): Promise<Outcome<FreezeReport>>;

  /**
   * What could be trained within a budget, and what each takes; null: as many bytes as a trial allocation finds. Measures
   * the device's speed, for a fraction of a second. A new call overtakes the one before, which then has a problem.
   */
  propose(settings: TaskSettings, budgetBytes: number | null): Promise<Outcome<Proposal>>;

  /** Trains on the open dataset or recording. Resolves when the run has ended, however it ended. */
  train(settings: TaskSettings, onEvent: (event: TrainEvent) => void): Promise<Outcome<RunSummary>>;
  /** Goes on with a run that a closed tab or a pause left behind, on the same trajectory. */
  resume(runId: string, onEvent: (event: TrainEvent) => void): Promise<Outcome<RunSummary>>;
  /** Pauses after the step in flight, with a checkpoint. The promise of train() stays pending. */
  pause(): Promise<Outcome<void>>;
  /** Goes on after pause(). */
  unpause(): Promise<Outcome<void>>;
  /** Ends after the step in flight and keeps the adapter. */
  stop(): Promise<Outcome<void>>;
  /** Text runs that a checkpoint can bring back, the latest first. */
  unfinishedRuns(): Promise<Outcome<readonly UnfinishedRun[]>>;
  /** The same of the actions task. */
  unfinishedActionRuns(): Promise<Outcome<readonly UnfinishedRun<ActionsSettings>[]>>;
  /** Forgets an unfinished run and its checkpoint. */
  discardRun(runId: string): Promise<Outcome<void>>;

  /** Continues a prompt with the base and with an adapter, side by side, word by word. Allowed during a run, between two steps. */
  generate(request: GenerateRequest, onText: (text: GeneratedText) => void): Promise<Outcome<void>>;
  /**
   * Predicts held-out episodes of the open recording with an actions adapter and with its base alone; all episodes
   * where none is held out.
   */
  evaluateAdapter(id: string): Promise<Outcome<OpenLoop>>;
  /** Ends generate() after the token in flight. */
  stopGenerating(): Promise<Outcome<void>>;

  listAdapters(): Promise<Outcome<readonly ListedAdapter[]>>;
  renameAdapter(id: string, name: string): Promise<Outcome<void>>;
  /** Hides an adapter; restoreAdapter() brings it back until the page is closed, then it is gone. */
  deleteAdapter(id: string): Promise<Outcome<void>>;
  restoreAdapter(id: string): Promise<Outcome<void>>;
  exportAdapter(id: string, format: ExportFormat): Promise<Outcome<ExportedFile>>;
  /** Takes in an adapter that was exported as openpi .safetensors, here or elsewhere. */
  importAdapter(file: File): Promise<Outcome<ImportedAdapter>>;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** An error that a person can act on. */
export interface Problem {
  /** What went wrong, one sentence. */
  readonly what: string;
  /** Where: a file and line, a setting, a device. */
  readonly where?: string;
  /** What to do about it, one sentence. */
  readonly fix?: string;
  /** What went wrong besides: where several files fail, a problem each. */
  readonly others?: readonly Problem[];
  /** Of a recording whose state or action could not be guessed: the columns that a person may choose among. */
  readonly columns?: readonly string[];
  /** Settings that would put it right. */
  readonly remedy?: Remedy;
}

export interface DeviceReport {
  /** False where this browser has no WebGPU or no adapter; `problem` then says what to do. */
  readonly usable: boolean;
  readonly problem?: Problem;
  /** As people call it: "NVIDIA Ada", "SwiftShader (software)". */
  readonly name: string;
  /** A software adapter: right, but slow. */
  readonly software: boolean;
  readonly vendor: string;
  readonly architecture: string;
  /** The largest single buffer, bytes. */
  readonly maxBufferBytes: number;
  /** The largest part of a buffer that one kernel may see, bytes. */
  readonly maxBindingBytes: number;
  readonly shaderF16: boolean;
  readonly subgroups: boolean;
  /** Each thing a person may wonder about, in plain words. */
  readonly abilities: readonly { readonly name: string; readonly available: boolean; readonly meaning: string }[];
}

export interface DatasetOptions {
  /** T: tokens of one training window. */
  readonly sequenceLength: number;
  /** Share of examples kept for the held-out loss, 0 to 0.5. */
  readonly heldoutFraction: number;
  readonly seed: number;
  /** For .csv and .tsv, by file name: which columns to learn from. Without it they are guessed and reported. */
  readonly columns?: Readonly<Record<string, TableColumns>>;
}

export interface TableColumns {
  /** Shown, not learned. Absent: plain text. */
  readonly prompt?: string;
  /** Learned. */
  readonly completion: string;
}

export interface DatasetReport {
  readonly files: readonly FileReport[];
  /** Training windows of at most `sequenceLength` tokens. */
  readonly windows: number;
  readonly heldoutWindows: number;
  readonly examples: number;
  readonly tokens: number;
  /** Tokens that count in the loss. */
  readonly trainedTokens: number;
  /** The first windows as the model will see them. */
  readonly preview: readonly PreviewWindow[];
  /** Prompts taken from held-out examples, for sampling. */
  readonly prompts: readonly string[];
  /** True where examples are conversations or prompt and completion, false for plain text. */
  readonly chat: boolean;
}

export interface FileReport {
  readonly name: string;
  readonly bytes: number;
  /** "chat messages (JSON Lines)", "plain text", … */
  readonly format: string;
  readonly examples: number;
  /** Columns of a table and those in use. */
  readonly columns?: readonly string[];
  readonly chosenColumns?: TableColumns;
  /** What could not be read; a file with problems may still have given examples. */
  readonly problems: readonly Problem[];
}

export interface PreviewWindow {
  readonly file: string;
  /** Line or record the first example came from, from 1. */
  readonly line: number;
  /** Text in order; `trained` is false where the loss mask is 0. */
  readonly pieces: readonly { readonly text: string; readonly trained: boolean }[];
  readonly tokens: number;
  /** Tokens that were cut off because the example is longer than the window. */
  readonly truncatedTokens: number;
}

/**
 * A part of a run with a filter of its own. Leaves that go on training keep weights and moments; leaves that a stage
 * freezes stay as they were trained, in float32; leaves that it frees start from the values that they have, with moments
 * of zero. Which leaves exist, LoRA included, is the same in all stages.
 */
export interface Stage {
  readonly steps: number;
  /** A filter expression: what stays as it is. */
  readonly freeze: string;
  /** Highest learning rate; it ends at the same share of it in every stage. */
  readonly learningRate: number;
  readonly warmupSteps: number;
}

/** What every run is told, whatever its task. `steps`, `freeze`, `learningRate` and `warmupSteps` are those of its first stage. */
export interface TrainingSettings {
  /** Id of a base in the catalogue. */
  readonly base: string;
  /** Name of the adapter that the run makes. */
  readonly name: string;
  /** A filter expression: what stays as it is. */
  readonly freeze: string;
  /** True: the person knows that nothing is frozen. Without it a run whose filter freezes nothing is refused. */
  readonly trainEverything?: boolean;
  readonly loraRank: number;
  readonly loraAlpha: number;
  readonly steps: number;
  /** What comes after the first stage; none: the run is one stage. A run's steps are those of all its stages. */
  readonly stages: readonly Stage[];
  /** B: windows or samples of a micro-batch. */
  readonly batchSize: number;
  /** Micro-batches a step. */
  readonly accumulation: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Learning rate at the last step. */
  readonly endLearningRate: number;
  readonly weightDecay: number;
  /** Largest global gradient norm; larger gradients are scaled down to it. */
  readonly clipNorm: number;
  /** Compute each layer's activations twice instead of keeping them. */
  readonly recompute: boolean;
  readonly seed: number;
  /** Steps between two held-out evaluations. */
  readonly evaluateEvery: number;
  readonly earlyStop: boolean;
  /** Evaluations without improvement before an early stop; only of the last stage, since a stage may end one that is stuck. */
  readonly patience: number;
  readonly keepBest: boolean;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

/** A run of the text task. */
export interface RunSettings extends TrainingSettings {
  readonly task: 'text';
  /** T: tokens a window. */
  readonly sequenceLength: number;
  /** Prompts continued by base and adapter at each evaluation; none switches it off. */
  readonly samplePrompts: readonly string[];
}

export type TaskSettings = RunSettings | ActionsSettings;

export type { MemoryKind };

export type BytesByKind = Readonly<Record<MemoryKind, number>>;

export interface PlanReport {
  readonly totalBytes: number;
  readonly byKind: BytesByKind;
  /** Largest sum of tensors that live at the same time, plus what always lives: no plan can be smaller. */
  readonly liveBytes: number;
  readonly frozenLeaves: number;
  readonly frozenParameters: number;
  readonly trainableLeaves: number;
  readonly trainableParameters: number;
  /** What openpi keeps for the same split: 2 bytes a frozen parameter; 12 a trainable one, float32 and two moments. */
  readonly openpiResidentBytes: number;
  /** Floating-point operations of one optimizer step. */
  readonly flopsPerStep: number;
  /**
   * Each stage of a run that has several. Bytes and operations above are then those of the stage that takes the most
   * bytes, leaves and parameters those of the first.
   */
  readonly stages?: readonly StagePlan[];
}

export interface StagePlan {
  readonly steps: number;
  readonly freeze: string;
  readonly totalBytes: number;
  readonly byKind: BytesByKind;
  readonly frozenLeaves: number;
  readonly trainableLeaves: number;
  readonly trainableParameters: number;
}

/** What a run holds on the GPU at one moment. */
export interface MemorySample {
  /** Seconds since the run began, pauses included; a run that goes on after its tab was closed counts on from there. */
  readonly seconds: number;
  /** Steps done. */
  readonly step: number;
  /** From 1. */
  readonly stage: number;
  /** A stage has been allocated; a held-out evaluation is over; a stage is about to be freed; everything is freed. */
  readonly moment: 'stage begins' | 'evaluated' | 'stage ends' | 'freed';
  /** What the plan of this stage says. */
  readonly plannedBytes: number;
  readonly allocatedBytes: number;
  /** Counted buffer by buffer at that moment. */
  readonly byKind: BytesByKind;
}

export type TrainEvent =
  | {
      readonly kind: 'phase';
      readonly phase: 'loading' | 'planning' | 'compiling' | 'baseline' | 'training' | 'sampling' | 'saving';
      readonly done: number;
      readonly of: number;
    }
  | ({ readonly kind: 'memory' } & MemorySample)
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly loss: number;
      readonly gradNorm: number;
      readonly learningRate: number;
      readonly tokensPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: 'heldout'; readonly step: number; readonly loss: number; readonly best: boolean }
  | {
      readonly kind: 'sample';
      readonly step: number;
      readonly prompt: string;
      readonly base: string;
      readonly adapter: string;
    }
  | { readonly kind: 'open loop'; readonly step: number; readonly openLoop: OpenLoop }
  | {
      /** Whether images and prompt are computed once or in every step, and why. */
      readonly kind: 'prefix';
      readonly constant: boolean;
      readonly reason: string;
    }
  /** Something that the run goes on without. */
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'skipped'; readonly step: number; readonly reason: string }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'paused'; readonly step: number }
  | { readonly kind: 'unpaused'; readonly step: number };

export interface RunSummary {
  readonly runId: string;
  readonly adapterId: string;
  readonly steps: number;
  /** Wall-clock seconds, evaluations and sampling included. */
  readonly seconds: number;
  readonly ended: 'finished' | 'stopped' | 'early stop' | 'not finite';
  /** Held-out loss of the base without adapter: nats a token, or squares of action elements. */
  readonly baselineHeldout: number;
  /** Held-out loss of the adapter that was kept; NaN where none was measured. */
  readonly heldout: number;
  /** Step whose weights were kept. */
  readonly keptStep: number;
  readonly history: RunHistory;
  /** Of the adapter that was kept, on held-out episodes; only of the actions task, and only where episodes are held out. */
  readonly openLoop?: OpenLoop;
}

export interface RunHistory {
  readonly train: readonly {
    readonly step: number;
    readonly loss: number;
    readonly gradNorm: number;
    readonly learningRate: number;
  }[];
  readonly heldout: readonly { readonly step: number; readonly loss: number }[];
  readonly tokensPerSecond: number;
  /** Of the stage that took the most bytes so far. */
  readonly plannedBytes: number;
  readonly allocatedBytes: number;
  readonly byKind: BytesByKind;
  /** In order of time. */
  readonly memory: readonly MemorySample[];
}

export interface UnfinishedRun<S extends TaskSettings = RunSettings> {
  readonly runId: string;
  readonly name: string;
  readonly step: number;
  readonly steps: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly settings: S;
  readonly history: RunHistory;
  readonly baselineHeldout: number;
}

export interface GenerateRequest {
  readonly prompt: string;
  /** True: the prompt is a user's turn of a chat. False: text to go on from. */
  readonly chat: boolean;
  /** An adapter's id, 'current' for the run in progress, or null for the base alone. */
  readonly adapter: string | null;
  readonly base: string;
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
}

export interface GeneratedText {
  readonly from: 'base' | 'adapter';
  /** Everything generated so far. */
  readonly text: string;
  readonly done: boolean;
}

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
  readonly robot?: import('./api_actions').RobotSummary;
}

/** An adapter that is kept, with the formats that it can be exported in, in the order in which they are offered. */
export interface ListedAdapter extends AdapterSummary {
  readonly formats: readonly ExportFormat[];
}

export interface ImportedAdapter {
  readonly summary: AdapterSummary;
  /** What had to be assumed, a sentence each: a file from elsewhere does not tell everything. */
  readonly notes: readonly string[];
}

/**
 * openpi: one .safetensors with openpi's paths. peft: a zipped PEFT folder. norm_stats: openpi's norm_stats.json, of
 * adapters of a robot alone. memory: memory.csv, what the run held on the GPU over time.
 */
export type ExportFormat = 'openpi' | 'peft' | 'norm_stats' | 'memory';

export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
