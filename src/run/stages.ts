import { compile, type Predicate } from '../filter/evaluate';
import { type Reading, read } from '../filter/parse';
import type { Variants } from '../filter/stock';
import type { Parameters } from '../model/parameters';
import type { PlanReport, StagePlan } from '../plan/report';
import { ProblemError } from '../problem';
import { type PlacedStage, settingsOfStage, stagesOf } from '../settings/stages';
import type { TrainingSettings } from '../settings/training';
import { type Planned, planReport } from '../train/planned';
import { checkTraining } from './check';

/** A stage whose filter has been read. */
export interface ReadStage extends PlacedStage {
  readonly filter: Reading;
  readonly isFrozen: Predicate;
}

/**
 * Reads the filters of a run, once for all that is done with them.
 * @param variants of the model, for a filter that depends on them; see `variantsOf`
 * @throws ProblemError that names the stage, for a text that is no filter, and for numbers that no run can have
 */
export const readStages = (settings: TrainingSettings, variants: Variants | null): ReadStage[] =>
  stagesOf(settings).map((stage) =>
    inStage(settings, stage, () => {
      checkTraining(settingsOfStage(settings, stage));
      const filter = read(stage.freeze, variants);
      return { ...stage, filter, isFrozen: compile(filter.expression) };
    }),
  );

/** A stage with its programs and its plan. */
export interface PreparedStage<P> {
  readonly stage: PlacedStage;
  readonly prepared: P;
}

/** What the preparation of a stage is told beside its settings. */
export type StageOptions = Pick<ReadStage, 'isFrozen'> & {
  /** Leaves that an earlier stage trained. */
  readonly wasTrained: (path: string) => boolean;
};

/**
 * Prepares each stage of a run as a run of its own, which knows what the stages before it have trained.
 * @throws ProblemError that names the stage, for settings that cannot run
 */
export function prepareStages<
  S extends TrainingSettings,
  P extends { readonly step: { readonly parameters: Parameters } },
>(settings: S, stages: readonly ReadStage[], prepare: (settings: S, options: StageOptions) => P): PreparedStage<P>[] {
  let trained: ReadonlySet<string> = new Set();
  return stages.map((stage) => {
    const earlier = trained;
    const own = settingsOfStage(settings, stage);
    const options = { isFrozen: stage.isFrozen, wasTrained: (path: string) => earlier.has(path) };
    const prepared = inStage(settings, stage, () => prepare(own, options));
    const { parameters } = prepared.step;
    const paths = parameters.leaves.map(({ path }) => path);
    trained = new Set([...earlier, ...paths.filter((path) => !parameters.isFrozen(path))]);
    return { stage, prepared };
  });
}

/** The stage that takes the most bytes, the first of equals. */
export const largestOf = <P extends { readonly plannedBytes: number }>(
  stages: readonly PreparedStage<P>[],
): PreparedStage<P> =>
  stages.reduce((most, one) => (one.prepared.plannedBytes > most.prepared.plannedBytes ? one : most));

/** The plan of a run as the page shows it: what the largest stage takes, and each stage where there are several. */
export function stagedReport(stages: readonly PreparedStage<Planned>[]): PlanReport {
  const first = planReport(stages[0]!.prepared);
  if (stages.length === 1) return first;
  const { totalBytes, byKind, liveBytes, flopsPerStep } = planReport(largestOf(stages).prepared);
  return { ...first, totalBytes, byKind, liveBytes, flopsPerStep, stages: stages.map(stagePlan) };
}

function stagePlan({ stage: { steps, freeze }, prepared }: PreparedStage<Planned>): StagePlan {
  const { totalBytes, byKind, frozenLeaves, trainableLeaves, trainableParameters } = planReport(prepared);
  return { steps, freeze, totalBytes, byKind, frozenLeaves, trainableLeaves, trainableParameters };
}

/** Runs `work`; its problem says in which stage it is, where there are several. */
export function inStage<T>(settings: TrainingSettings, stage: PlacedStage, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ofStage(settings, stage, error);
  }
}

/** An error that says in which stage it is, where there are several. */
export function ofStage({ stages }: TrainingSettings, { index }: PlacedStage, error: unknown): unknown {
  if (stages.length === 0 || !(error instanceof ProblemError)) return error;
  const { where, setting } = error.problem;
  const stage = `stage ${index + 1} of ${stages.length + 1}`;
  return new ProblemError({
    ...error.problem,
    where: where === undefined ? stage : `${stage}, ${where}`,
    ...(setting ? { setting: { ...setting, stage: index } } : {}),
  });
}
