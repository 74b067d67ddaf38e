import type { Stage, TrainingSettings } from './training';

/** A stage at its place in a run. */
export interface PlacedStage extends Stage {
  /** From 0. */
  readonly index: number;
  /** Its first step, counted from 0. */
  readonly first: number;
  /** The first step after it. */
  readonly end: number;
  /** Learning rate at its last step: in every stage the same share of the highest. */
  readonly endLearningRate: number;
}

type Staged = Pick<TrainingSettings, keyof Stage | 'endLearningRate' | 'stages'>;

/** The stages of a run, in order: the settings' own fields, then those after it. */
export function stagesOf(settings: Staged): PlacedStage[] {
  const { steps, freeze, learningRate, warmupSteps, endLearningRate: end, stages } = settings;
  const own = { steps, freeze, learningRate, warmupSteps, endLearningRate: end };
  const others = stages.map((stage) => ({ ...stage, endLearningRate: (stage.learningRate * end) / learningRate }));
  let first = 0;
  return [own, ...others].map((stage, index) => {
    const placed = { ...stage, index, first, end: first + stage.steps };
    first = placed.end;
    return placed;
  });
}

/** Steps of all stages together. */
export const stepsOf = ({ steps, stages }: Pick<TrainingSettings, 'steps' | 'stages'>) =>
  steps + stages.reduce((sum, stage) => sum + stage.steps, 0);

/** Samples, or windows, of all stages together: some of them the same. */
export const samplesOf = (settings: Pick<TrainingSettings, 'steps' | 'stages' | 'batchSize' | 'accumulation'>) =>
  stepsOf(settings) * settings.batchSize * settings.accumulation;

/** The stage of step `step`, counted from 0; at the end of the run the last one. */
export function stageAt(settings: Staged, step: number): PlacedStage {
  const stages = stagesOf(settings);
  return stages.find(({ end }) => step < end) ?? stages.at(-1)!;
}

/** The settings of a run that is one stage of another. */
export function settingsOfStage<S extends TrainingSettings>(settings: S, stage: PlacedStage): S {
  const { steps, freeze, learningRate, warmupSteps, endLearningRate } = stage;
  return { ...settings, steps, freeze, learningRate, warmupSteps, endLearningRate, stages: [] };
}
