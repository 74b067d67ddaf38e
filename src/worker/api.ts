import type { ConcludedRun, RunRecord } from '../adapter/run_records';
import type {
  BackupFile,
  DeletedAdapter,
  ExportedFile,
  ExportFormat,
  ImportedAdapter,
  LeafNorms,
  ListedAdapter,
  Restored,
  UnfinishedRun,
} from '../adapter/summary';
import type { Catalogue, OpenedModel } from '../base/catalogue';
import type { Proposal, ProposedRun } from '../fit/proposal';
import type { CopyProgress } from '../kept/copy';
import type { KeptModels } from '../kept/store';
import type { FreezeAnswer } from '../model/configured';
import type { ModelId } from '../model/true_size';
import type { PlanReport } from '../plan/report';
import type { StoreSummary } from '../prefixes/stores';
import type { Outcome, Problem } from '../problem';
import type {
  EpisodeCurves,
  EpisodePictures,
  FileInFolder,
  PicturesRequest,
  ReadingProgress,
  RecordingReport,
} from '../recording/report';
import type { RecordingOptions } from '../settings/actions';
import type { FreezeSettings, TaskId, TaskSettings } from '../settings/task';
import type { DatasetOptions } from '../settings/text';
import type { OpenLoop } from '../tasks/actions/events';
import type { EndedRun, TrainEvent } from '../tasks/events';
import type { GeneratedText, GenerateRequest } from '../tasks/text/events';
import type { DatasetReport } from '../tokens/report';
import type { RunHistory } from '../train/events';
import type { TabNews } from './other_tabs';

export type { ConcludedRun, RunRecord } from '../adapter/run_records';
export type * from '../adapter/summary';
export type * from '../base/catalogue';
export type * from '../dataset/report';
export type {
  FreezeBytes,
  FreezeFilter,
  FreezeFinding,
  FreezeLeaf,
  FreezeMistake,
  FreezePart,
  FreezeReport,
} from '../filter/freeze_report';
export type { ModuleName } from '../filter/modules';
export type * from '../fit/proposal';
export type { BytesByKind, MemoryKind } from '../gpu/tensor';
export type { CopyProgress } from '../kept/copy';
export type { KeptModel, KeptModels } from '../kept/store';
export type { FreezeAnswer, NamedConfiguration } from '../model/configured';
export type { CountedModel, ModelId, PlannedModel, PlannedModelId } from '../model/true_size';
export type * from '../plan/report';
export type { StoreSummary } from '../prefixes/stores';
export type { Outcome, Problem, SettingPlace } from '../problem';
export type { DeltaProposal, DeltaReason } from '../recording/delta';
export type * from '../recording/report';
export type * from '../settings/actions';
export type * from '../settings/task';
export type * from '../settings/text';
export type * from '../settings/training';
export type * from '../tasks/actions/events';
export type * from '../tasks/events';
export type * from '../tasks/text/events';
export type * from '../tokens/report';
export type * from '../train/events';
export type { OtherRun, TabNews } from './other_tabs';

/**
 * The whole conversation between the page and the trainer's thread. Types only.
 *
 * Every call answers with an Outcome: Comlink keeps of a thrown error nothing but its message, so a
 * failure that the page should explain crosses as data. Callbacks must be wrapped in Comlink's proxy().
 */
export interface TrainerApi extends RecordingCalls, KeptCalls, PrefixCalls, BackupCalls, ShelfCalls {
  /** What this browser and this GPU can do. A browser without WebGPU is an answer, not a failure. */
  inspect(): Promise<Outcome<DeviceReport>>;

  /** The embedded bases and sample datasets that this build ships. */
  catalogue(): Promise<Outcome<Catalogue>>;

  /**
   * Opens a model that a person has: a folder of the Hugging Face hub, or a GGUF beside its tokenizer.json, which is a base of the
   * text task from then on, by its id; or a checkpoint of π0 or π0.5, which is one of the actions task. No weight is read.
   * A tokenizer.json alone is added to the policy that was opened last.
   */
  openModel(files: readonly FileInFolder[]): Promise<Outcome<OpenedModel>>;

  /**
   * Reads, splits and tokenizes files; replaces the dataset that was open. Files that fail are reported beside those that
   * load; where nothing can be trained on, the report says why.
   */
  openDataset(files: readonly File[], options: DatasetOptions): Promise<Outcome<DatasetReport>>;
  /** The same for a sample that ships with the page, by its id in the catalogue. */
  openSample(id: string, options: DatasetOptions): Promise<Outcome<DatasetReport>>;
  /** The folders, with "/" behind them, in which the weights of a policy lie, whatever they are called: names of tensors tell. */
  policyFolders(files: readonly FileInFolder[]): Promise<Outcome<readonly string[]>>;
  /** Places of the files in a .zip, which is not unpacked for it. */
  filesInArchive(archive: File): Promise<Outcome<readonly string[]>>;
  /** A sample as the file that a person would have dropped. */
  sampleFile(id: string): Promise<Outcome<File>>;

  /**
   * Bytes on the GPU that these settings will take, before anything is allocated.
   * @param model plan this model of the same task instead of the base: `freeze`, sizes and re-computation are those of
   *   the settings; where there are adapters, and of which rank, the model says; no recording is asked
   */
  plan(settings: TaskSettings, model?: ModelId): Promise<Outcome<PlanReport>>;
  /**
   * What the freeze filter matches, part by part, and what is wrong with it. Needs no GPU and no data.
   * @param model ask about this model instead of the base
   */
  inspectFreeze(settings: FreezeSettings, model?: ModelId): Promise<Outcome<FreezeAnswer>>;

  /**
   * What could be trained within a budget, and what each takes; null: as many bytes as a trial allocation finds. Measures
   * the device's speed, for a fraction of a second. A new call overtakes the one before, which then has a problem.
   */
  propose(settings: TaskSettings, budgetBytes: number | null): Promise<Outcome<Proposal>>;

  /**
   * What could be trained within a budget of openpi's models at their true size, as `settings` have batch, horizon and
   * cameras: no device is asked. A new call overtakes the one before.
   */
  proposeTrueSize(settings: TaskSettings, budgetBytes: number): Promise<Outcome<readonly ProposedRun[]>>;

  /** Trains on the open dataset or recording. Resolves when the run has ended, however it ended. */
  train(settings: TaskSettings, onEvent: (event: TrainEvent) => void): Promise<Outcome<EndedRun>>;
  /** Goes on with a run that a closed tab or a pause left behind, on the same trajectory. `takeOver`: another tab trains it now, and gives it up. */
  resume(runId: string, onEvent: (event: TrainEvent) => void, takeOver?: boolean): Promise<Outcome<EndedRun>>;
  /** Pauses after the step in flight, with a checkpoint. The promise of train() stays pending. */
  pause(): Promise<Outcome<void>>;
  /** Goes on after pause(). */
  unpause(): Promise<Outcome<void>>;
  /** Ends after the step in flight and keeps the adapter; with `keepRun` also the last checkpoint, for resume(). */
  stop(keepRun?: boolean): Promise<Outcome<void>>;
  /** Keeps a checkpoint after the step in flight, where a run is under way: the page may be about to end. */
  saveSoon(): Promise<Outcome<void>>;
  /** Runs of a task that a checkpoint can bring back, the latest first. */
  unfinishedRuns(task: TaskId): Promise<Outcome<readonly UnfinishedRun[]>>;
  /** Forgets an unfinished run and its checkpoint. */
  discardRun(runId: string): Promise<Outcome<void>>;
  /** Tells of runs in other tabs, and of what they change, for the life of the page. Called once. */
  watchTabs(hear: (news: TabNews) => void): Promise<Outcome<void>>;
  /** Whether another tab of this page trains. Asked while none of this tab's does. */
  trainsElsewhere(): Promise<Outcome<boolean>>;
  /** Runs of a task that have ended, the latest first, whether their adapters are still there or not. */
  endedRuns(task: TaskId): Promise<Outcome<readonly RunRecord[]>>;
  /** The latest run of a task that came to its end, with the history of its adapter; null where none has. */
  concludedRun(task: TaskId): Promise<Outcome<ConcludedRun | null>>;
  /** Takes a run off that list. */
  forgetRun(runId: string): Promise<Outcome<void>>;
  /** Puts a run back on it. */
  restoreRun(record: RunRecord): Promise<Outcome<void>>;

  /** Continues a prompt with the base and with an adapter, side by side, word by word. Allowed during a run, between two steps. */
  generate(request: GenerateRequest, onText: (text: GeneratedText) => void): Promise<Outcome<void>>;
  /**
   * Predicts held-out episodes of the open recording with an actions adapter and with its base alone; all episodes
   * where none is held out. Of a streamed run's adapter, frames that are not kept yet go through what comes before the expert first.
   * Answers null where it was stopped: by stopEvaluating(), or by a new call.
   */
  evaluateAdapter(id: string, onEvent: (event: TrainEvent) => void): Promise<Outcome<OpenLoop | null>>;
  /** Ends evaluateAdapter() after the frame or the chunks in flight. Blocks of frames that are done are kept. */
  stopEvaluating(): Promise<Outcome<void>>;
  /** Ends generate() after the token in flight. */
  stopGenerating(): Promise<Outcome<void>>;

  listAdapters(): Promise<Outcome<readonly ListedAdapter[]>>;
  renameAdapter(id: string, name: string): Promise<Outcome<void>>;
  /** Changes by what other programs find the model of the hub that an adapter is of: it stands in the files that are taken away. */
  nameBase(id: string, nameOrPath: string): Promise<Outcome<void>>;
  /** Takes an adapter off the list; restoreAdapter() brings it back, in any tab and at any later time, until purgeAdapter(). */
  deleteAdapter(id: string): Promise<Outcome<void>>;
  restoreAdapter(id: string): Promise<Outcome<void>>;
  exportAdapter(id: string, format: ExportFormat): Promise<Outcome<ExportedFile>>;
  /**
   * Takes in an adapter that was exported here or elsewhere: an openpi .safetensors, or a PEFT folder, packed as a .zip or as its
   * files. One that is in the list already is not taken in again.
   */
  importAdapter(files: readonly File[]): Promise<Outcome<ImportedAdapter>>;
}

/** Of the conversation, what is about everything that is kept at once. */
export interface BackupCalls {
  /** All adapters, unfinished runs and the list of those that have ended as one file, for restoreBackup() in this browser or another. */
  backup(): Promise<Outcome<BackupFile>>;
  /** Adds what is in such a file and is not here. */
  restoreBackup(file: File): Promise<Outcome<Restored>>;
}

/** Of the conversation, what is about the recording that is open. */
export interface RecordingCalls {
  /**
   * Reads a robot's recording and splits it by episode; replaces the recording that was open. What cannot be read is in
   * the report. One that is still being read is given up.
   */
  openRecording(
    files: readonly FileInFolder[],
    options: RecordingOptions,
    onProgress?: (progress: ReadingProgress) => void,
  ): Promise<Outcome<RecordingReport>>;
  /** Forgets the open recording, and gives up one that is being read. */
  closeRecording(): Promise<Outcome<void>>;
  /** The joints of an episode of the open recording, by its number. */
  recordingCurves(episode: number): Promise<Outcome<EpisodeCurves>>;
  /** What cameras saw at some frames. A new call overtakes the one before, which then answers with what it has. */
  recordingPictures(request: PicturesRequest): Promise<Outcome<EpisodePictures>>;
}

/** Of the conversation, what is about models that are kept in this browser's own files: copied here, or by download.html. */
export interface KeptCalls {
  keptModels(): Promise<Outcome<KeptModels>>;
  /** Opens one as openModel() does, by its name. */
  openKept(name: string): Promise<Outcome<OpenedModel>>;
  /** Copies the files of an open model, by its id; answers whether the copy came to its end. One that does not is removed. */
  keepModel(id: string, onProgress: (progress: CopyProgress) => void): Promise<Outcome<boolean>>;
  /** Ends keepModel() after the piece in flight. */
  stopKeeping(): Promise<Outcome<void>>;
  /** Removes one for good. */
  removeKept(name: string): Promise<Outcome<void>>;
}

/** Of the conversation, what is about frames that streamed runs have taken through a backbone, kept in this browser's own files. */
export interface PrefixCalls {
  keptPrefixes(): Promise<Outcome<KeptPrefixes>>;
  /** Removes the frames of one store, by its id. */
  removePrefixes(id: string): Promise<Outcome<void>>;
}

export interface KeptPrefixes {
  /** The one used last first. */
  readonly stores: readonly StoreSummary[];
  /** For how much there is room besides; null where the browser does not say. */
  readonly freeBytes: number | null;
}

/** Of the conversation, what is about all adapters that are kept, or several of them. */
export interface ShelfCalls {
  /** Keeps a copy of an adapter under another name. */
  duplicateAdapter(id: string, name: string): Promise<Outcome<void>>;
  /** Adapters that can be brought back, those first that were deleted last. */
  deletedAdapters(): Promise<Outcome<readonly DeletedAdapter[]>>;
  /** Removes for good an adapter that is deleted. */
  purgeAdapter(id: string): Promise<Outcome<void>>;
  /** How two adapters came about, and what each changes. */
  compareAdapters(first: string, second: string): Promise<Outcome<AdapterComparison>>;
  /** What takes room in this browser. */
  storageUse(): Promise<Outcome<StorageUse>>;
}

/** Bytes that are stored in this browser. */
export interface StorageUse {
  /** Of those that are deleted and can be brought back too. */
  readonly adapterBytes: number;
  readonly modelBytes: number;
  /** Of what frozen backbones gave for frames. */
  readonly frameBytes: number;
  /** Of all that the page stores, as the browser counts it: checkpoints and its own copy too. Null where it does not say. */
  readonly usedBytes: number | null;
  /** That it may store. */
  readonly quotaBytes: number | null;
}

export interface AdapterComparison {
  /** Of each, in the order of the question; null where its file does not tell. */
  readonly histories: readonly (AdapterHistory | null)[];
  /** A problem where they are of different bases. */
  readonly norms: Outcome<readonly LeafNorms[]>;
  /** Why the base could not be read, from which leaves that were trained whole were changed; null where it was, or there are none. */
  readonly baseAway: Problem | null;
}

export type AdapterHistory = Pick<RunHistory, 'train' | 'heldout'>;

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
