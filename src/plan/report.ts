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

/** The frames of a run that go through all that comes before a π0's expert, and where they are kept. */
export interface PassFrames {
  /** Whether each frame goes through, or one of each task. */
  readonly ofFrame: boolean;
  /** Those that are learned from, spread evenly over the training episodes. */
  readonly training: number;
  /** Those of held-out episodes, which it is measured by. */
  readonly heldout: number;
  /** Of both, those that are kept already. */
  readonly kept: number;
  /** False where the model's files have not been read: what a model of its name left is taken for its own. */
  readonly sure: boolean;
  /** Bytes for which there is room; null where the browser does not say. */
  readonly freeBytes: number | null;
  /** Bytes that are kept of other frames and that no tab uses: they go where room is needed, those used longest ago first. */
  readonly removableBytes: number;
  /** What there would be room for; null where all has room, or not even one frame. */
  readonly onDisk: FewerFrames | null;
  /** Of each number of frames that was asked for, a run that takes no more through; null where this one does not, or none can. */
  readonly fewer: readonly (FewerFrames | null)[];
}

/** The same run with fewer frames to learn from. */
export interface FewerFrames {
  /** As its settings say it. */
  readonly frames: number;
  /** Frames that go through, those that it is measured by among them. */
  readonly all: number;
  /** Of these, those that are kept already. */
  readonly kept: number;
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
