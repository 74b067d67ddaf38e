import type { DatasetReport } from '../../tokens/report';

/** A prompt continued by base and adapter, in the course of a run. */
export interface SampleEvent {
  readonly kind: 'sample';
  readonly step: number;
  readonly prompt: string;
  readonly base: string;
  readonly adapter: string;
}

/** How a text run's data were cut into windows; said once, when it begins or goes on. */
export interface TextDataEvent {
  readonly kind: 'text data';
  /** T */
  readonly sequenceLength: number;
  /** Not of a run that an older build began. */
  readonly cut?: DatasetReport['cut'];
}

/** What a text run tells besides. */
export type TextEvent = SampleEvent | TextDataEvent;

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
  /** Only among this many of the likeliest tokens; 0: among all. */
  readonly topK: number;
  /** Only among the fewest tokens that together have this share of the probability; 1: among all. */
  readonly topP: number;
  readonly seed: number;
}

export interface GeneratedText {
  readonly from: 'base' | 'adapter';
  /** Everything generated so far. */
  readonly text: string;
  /** Of the tokens so far; 0 before the second. */
  readonly tokensPerSecond: number;
  readonly done: boolean;
}
