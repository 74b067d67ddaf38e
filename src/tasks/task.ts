import type { RunForms } from '../adapter/told_run';
import type { Base, BaseModel } from '../base/base';
import type { Scopes } from '../fit/scopes';
import type { Extra } from '../fit/speed';
import type { GpuFacts } from '../gpu/facts';
import type { TrueSizeModel } from '../model/true_size';
import type { PrepareOptions } from '../run/prepare';
import type { AnyRun, RunParts } from '../run/task_run';
import type { TaskSettings } from '../settings/task';
import type { Prepared } from '../train/planned';
import type { OpenedRecording } from './actions/data';
import type { StreamedPass } from './actions/streamed_pass';
import type { TrainEvent } from './events';
import type { TextData } from './text/run';

/**
 * A task: everything that differs between what one can fine-tune, in one object. A registry lists them; nobody else asks
 * which task it is. Its methods are methods, not properties, so that a task of some settings stands for one of any.
 *
 * S: its settings. O: data as opened. D: data as a run keeps it with its checkpoints, plain. F: what a plan needs to know of data.
 */
export interface Task<S extends TaskSettings = TaskSettings, O = unknown, D = unknown, F = unknown> {
  readonly id: S['task'];
  /** Ids of the bases that ship for it, folders of public/base/; the first is the one that a person gets who chooses none. */
  readonly bases: readonly string[];
  /** What can be trained of a base. */
  scopesOf(base: BaseModel): Scopes;
  /** The same of openpi's models at their true size. */
  readonly trueSizeScopes: Scopes;
  /** Each query sees the keys before it alone. */
  readonly causal: boolean;

  /** What of the open data it trains on; null where that is not open. */
  openedOf(open: OpenData): O | null;

  /** What a plan needs to know of the data; without data, the most that there can be. */
  factsOf(opened: O | null, base: BaseModel, settings: S): F;

  /**
   * Records a run's programs and plans their memory, before any GPU.
   * @throws ProblemError for settings that cannot run
   */
  prepare(base: BaseModel, settings: S, facts: F, options?: PrepareOptions): Prepared<never>;

  /** The same for a model of which only the sizes are known. @param facts the most that there can be where they are not given */
  prepareTrueSize(model: TrueSizeModel, settings: S, facts: Partial<F>, options?: PrepareOptions): Prepared<never>;

  /** What now and then runs before a step. */
  extraWork(prepared: Prepared<never>, facts: F, settings: S): Extra | undefined;

  /**
   * What goes before its steps, where its model is read layer by layer; null where nothing does.
   * @throws ProblemError for settings that cannot run
   */
  passOf(opened: O | null, base: Base, settings: S, facts: F, gpu: GpuFacts): StreamedPass | null;

  /**
   * What a run will train on.
   * @throws ProblemError where nothing is open, or it does not fit the settings
   */
  gather(opened: O | null, base: Base, settings: S, loading: Loading): Promise<D>;

  /** Forms of what it keeps of a run. */
  readonly forms: RunForms<D>;

  /** @param opened what is open of it at that moment, where a run needs more than its data keep */
  createRun(parts: RunParts<S, TrainEvent>, data: D, opened: O | null): AnyRun;
}

/** All that can be open; each task reads its own of it. */
export interface OpenData {
  readonly text: TextData | null;
  readonly recording: OpenedRecording | null;
}

/** How a run's data are loaded. */
export interface Loading {
  readonly emit: (event: TrainEvent) => void;
  /** @throws ProblemError where a person has stopped the run meanwhile */
  readonly progress: (done: number, of: number) => void;
}
