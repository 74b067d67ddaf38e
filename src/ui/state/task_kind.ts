import type { FreezeSettings, ProposedSettings, TaskId, TaskSettings } from '../../settings/task';
import type { ModelId } from '../../worker/api';
import type { FieldKey } from './fields';
import type { Form } from './form';

/** A choice of numbers by purpose; the task's words name it. What it does not speak of goes back to its default. */
export interface Preset {
  readonly id: string;
  readonly fields: Partial<Record<FieldKey, number>>;
  readonly recompute: boolean;
}

/** A freeze filter by purpose; the task's words name it. */
export interface FilterPreset {
  readonly id: string;
  readonly expression: string;
}

/** A filter to look at, which no form holds, and the model of openpi that it is shown for. */
export interface FilterExample {
  readonly expression: string;
  readonly model: ModelId;
}

/**
 * What differs between tasks in what a form holds and what it means, without anything that is drawn. Its methods are
 * methods, not properties, so that a task of some form stands for one of any.
 *
 * F: its form. S: its settings.
 */
export interface TaskKind<F extends Form = Form, S extends TaskSettings = TaskSettings> {
  readonly id: TaskId;
  /** The form that nobody touched. */
  readonly untouched: F;
  readonly presets: readonly Preset[];
  /** The default first. */
  readonly filters: readonly FilterPreset[];
  /** One that people copy from each other and that does not do what they mean. */
  readonly example: FilterExample;
  /** Filters in the order in which stages may follow each other; `change` is what a stage needs of the form besides. */
  readonly stageFilters: readonly (FilterPreset & { change?(form: F): Partial<F> })[];
  /** Are these places those of files that only this task reads? */
  claims(paths: readonly string[]): boolean;
  /** What decides what a filter does. */
  freezeSettings(form: F, base: string): FreezeSettings;
  /** Settings without what a plan does not depend on. */
  planned(settings: S): object;
  /** What a proposal depends on, besides the base, the size of the adapter and the batch. */
  proposedFor(settings: S): unknown;
  /** What the form holds of what a proposal sets for this task alone. */
  proposedOf(form: F): Partial<ProposedSettings>;
  /** What else of the form may be shared by an address, by the names that it gives them. Never what is of one person's data. */
  shared(form: F): Readonly<Record<string, string>>;
  /** The change that sets it; values that nobody could have chosen stay as usual. */
  withShared(form: F, shared: Readonly<Record<string, string>>): Partial<F>;
  /** The change that sets what the settings of a run say of this task alone. */
  withSettings(form: F, settings: S): Partial<F>;
  /** The change that sets what a proposal sets. */
  withProposed(form: F, proposed: Partial<ProposedSettings>): Partial<F>;
}

/** The task that files belong to, by their places: `shown` where they would do for several, as tables do. */
export const taskOfFiles = (kinds: readonly TaskKind[], paths: readonly string[], shown: TaskId): TaskId =>
  kinds.find((kind) => kind.claims(paths))?.id ?? shown;

/**
 * The same for a heap of them, each by its place: where folders, archives and single files on top of it belong to several tasks, each
 * goes to its own, and what would do for several to the one that is shown. A recording whose folder was opened first is one.
 */
export function tasksOfFiles(
  kinds: readonly TaskKind[],
  paths: readonly string[],
  shown: TaskId,
): (path: string) => TaskId {
  const whole = taskOfFiles(kinds, paths, shown);
  const tops = new Map<string, string[]>();
  for (const path of paths) tops.set(topOf(path), [...(tops.get(topOf(path)) ?? []), path]);
  const claimed = [...tops].map(([top, below]) => [top, kinds.find((kind) => kind.claims(below))?.id ?? null] as const);
  const tasks = new Set(claimed.flatMap(([, task]) => task ?? []));
  if (tasks.size < 2 || tops.has('meta')) return () => whole;
  const found = new Map(claimed);
  return (path) => found.get(topOf(path)) ?? shown;
}

const topOf = (path: string): string => path.split('/', 1)[0]!;

const storageKey = 'adaptab.task';

/** What rememberTask() was told; null where nobody chose. */
export function rememberedTask(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // storage is refused in some private windows: the choice then lasts as long as the page
  }
}

export function rememberTask(task: TaskId): void {
  try {
    localStorage.setItem(storageKey, task);
  } catch {
    // See rememberedTask().
  }
}
