import type { BytesByKind } from '../gpu/tensor';

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
  /** What a moving average of the parameters would take there beside that. */
  readonly openpiEmaBytes: number;
  /** Floating-point operations of one optimizer step. */
  readonly flopsPerStep: number;
  /**
   * Each stage of a run that has several. Bytes and operations above are then those of the stage that takes the most
   * bytes, leaves and parameters those of the first.
   */
  readonly stages?: readonly StagePlan[];
  /** What runs before the steps, in memory that is free again when they begin; the bytes above are those of the steps. */
  readonly pass?: PassReport;
}

/** What comes before a π0's expert, taken through the GPU layer by layer. */
export interface PassReport {
  readonly plannedBytes: number;
  readonly byKind: BytesByKind;
  /** What it leaves on the disk. */
  readonly diskBytes: number;
  /** Frames that go through. */
  readonly frames: number;
  /** Floating-point operations in all. */
  readonly flops: number;
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
