import type { RunSettings } from '../worker/api';

/** The run that a person gets who changes nothing. */
export const defaultSettings: RunSettings = {
  task: 'text',
  base: 'text',
  name: 'My adapter',
  freeze: 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  loraRank: 8,
  loraAlpha: 8,
  steps: 60,
  batchSize: 4,
  accumulation: 1,
  sequenceLength: 64,
  learningRate: 1e-2,
  warmupSteps: 5,
  endLearningRate: 1e-3,
  weightDecay: 1e-10,
  clipNorm: 1,
  recompute: false,
  seed: 42,
  evaluateEvery: 15,
  earlyStop: true,
  patience: 3,
  keepBest: true,
  checkpointEvery: 10,
  samplePrompts: [],
};
