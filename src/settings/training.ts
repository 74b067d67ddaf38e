import type { StartingAdapter } from './lora';

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
  /** What the run goes on from, of a model of the hub: rank, alpha and targets are then those of this adapter. */
  readonly startingFrom?: StartingAdapter;
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
