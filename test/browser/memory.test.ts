import { expect, test } from 'vitest';
import { requestGpu } from '../../src/gpu/device';
import { factsOfGpu } from '../../src/gpu/facts';
import { largestOf, prepareStages, readStages } from '../../src/run/stages';
import type { TextSettings } from '../../src/settings/text';
import type { TextEvent } from '../../src/tasks/text/events';
import { prepareText } from '../../src/tasks/text/prepare';
import { TextRun } from '../../src/tasks/text/run';
import { countTargets } from '../../src/tokens/batches';
import { RunControl } from '../../src/train/control';
import type { RunEvent } from '../../src/train/events';
import { COUNTING, NUMBERS, SMALL_BASE, settingsOf } from '../run/small_base';
import { measure, used } from './peak';

const MINUTE = 60_000;
const gpu = await requestGpu();

/** Does a run of the text task; each of its own counts must be the independent one. */
function run(settings: TextSettings): Promise<unknown> {
  const before = used();
  const emit = (event: RunEvent | TextEvent) => {
    if (event.kind === 'memory') expect(event.allocatedBytes, event.moment).toBe(used() - before);
  };
  const control = new RunControl();
  const parts = { runId: 'memory', gpu, base: SMALL_BASE, tokenizer: NUMBERS, dataset: COUNTING, chat: false };
  return new TextRun({
    ...parts,
    settings,
    stages: readStages(settings, null),
    control,
    emit,
    save: async () => true,
    from: null,
  }).run();
}

const LLM_BUT = (what: string) => `All(PathRegex(".*llm.*"), Not(PathRegex(".*${what}.*")))`;

const after = (what: string) => ({ steps: 2, freeze: LLM_BUT(what), learningRate: 0.01, warmupSteps: 0 });

test.each<[string, Partial<TextSettings>]>([
  ['adapters', {}],
  ['adapters, sampling', { samplePrompts: ['9 10'] }],
  ['adapters and norms', { freeze: LLM_BUT('(lora|norm)') }],
  ['one projection’s adapters', { freeze: LLM_BUT('q_einsum/lora') }],
  ['feed-forward', { freeze: LLM_BUT('mlp') }],
  ['the embedding', { freeze: LLM_BUT('embedding') }],
  ['everything', { freeze: 'Nothing()' }],
  ['everything, computed again', { freeze: 'Nothing()', recompute: true }],
  ['adapters, computed again, two micro-batches', { recompute: true, accumulation: 2 }],
  ['adapters, then the feed-forward, then one projection', { stages: [after('mlp'), after('q_einsum/lora')] }],
  ['feed-forward, frozen after it trained', { freeze: LLM_BUT('mlp'), stages: [after('q_einsum/lora')] }],
])(
  'the plan is what the GPU holds, to the byte: %s',
  async (_, changes) => {
    const settings = settingsOf({ steps: 3, evaluateEvery: 2, checkpointEvery: 2, ...changes });
    const ofGpu = factsOfGpu(gpu);
    const stages = prepareStages(settings, readStages(settings, null), (own, options) =>
      prepareText(SMALL_BASE, own, { gpu: ofGpu, counted: countTargets(COUNTING), ...options }),
    );
    expect(await measure(gpu.device, () => run(settings))).toEqual({
      peak: largestOf(stages).prepared.plannedBytes,
      left: 0,
    });
  },
  MINUTE,
);
