import type { Evaluation } from '../best';
import type { BytesByKind } from '../gpu/tensor';
import type { Problem } from '../problem';

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

/** What every run tells while it goes on; a task may tell more. */
export type RunEvent =
  | {
      readonly kind: 'phase';
      readonly phase:
        | 'loading'
        /** The GPU was lost, and the run waits for a new one. */
        | 'device'
        | 'planning'
        | 'reading'
        | 'frames'
        | 'compiling'
        | 'baseline'
        | 'training'
        | 'sampling'
        | 'saving';
      readonly done: number;
      readonly of: number;
      /** Of frames: through how many layers each goes; done and of are frames times layers. */
      readonly layers?: number;
      readonly secondsLeft?: number;
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
  | {
      /** Only where something is held out. Step 0 is the base without adapter. */
      readonly kind: 'heldout';
      readonly step: number;
      readonly loss: number;
      /** The best so far, the base among the candidates. */
      readonly best: boolean;
      /** Worse than the base. */
      readonly aboveBase: boolean;
      readonly evaluated: Evaluated;
    }
  /** Something that the run goes on without, or that is wrong with it, told when it is seen. */
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'skipped'; readonly step: number; readonly reason: string }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | {
      readonly kind: 'paused';
      readonly step: number;
      /** There is a checkpoint of this step. */
      readonly kept: boolean;
    }
  | { readonly kind: 'unpaused'; readonly step: number };

/** What each evaluation takes of what is held out: windows or frames. */
export interface Evaluated {
  readonly count: number;
  readonly of: number;
}

/** What a run came to. */
export interface Verdict {
  /** Of the weights that were kept, against the base without adapter, on what was held out. */
  readonly outcome: 'better' | 'no better' | 'worse' | 'unmeasured';
  /** What a person should know of it: that, and the likely cause in one sentence, and what to do. Null where the adapter is better. */
  readonly problem: Problem | null;
}

/** How a run ended, whatever its task. */
export interface RunSummary {
  readonly runId: string;
  readonly adapterId: string;
  readonly steps: number;
  /** Wall-clock seconds, evaluations and sampling included. */
  readonly seconds: number;
  readonly ended: 'finished' | 'stopped' | 'early stop' | 'not finite';
  /** Held-out loss of the base without adapter: nats a token, or squares of action elements; NaN where nothing is held out. */
  readonly baselineHeldout: number;
  /** Held-out loss of the adapter that was kept; NaN where nothing is held out. */
  readonly heldout: number;
  /** Step whose weights were kept: the best, or where none beats the base the least bad, which the verdict says. */
  readonly keptStep: number;
  readonly verdict: Verdict;
  readonly history: RunHistory;
}

export interface RunHistory {
  readonly train: readonly {
    readonly step: number;
    readonly loss: number;
    readonly gradNorm: number;
    readonly learningRate: number;
  }[];
  /** Without the base; empty where nothing is held out. */
  readonly heldout: readonly Evaluation[];
  /** Absent in what was kept before it was counted. */
  readonly evaluated?: Evaluated;
  readonly tokensPerSecond: number;
  /** Of the stage that took the most bytes so far. */
  readonly plannedBytes: number;
  readonly allocatedBytes: number;
  readonly byKind: BytesByKind;
  /** In order of time. */
  readonly memory: readonly MemorySample[];
}
