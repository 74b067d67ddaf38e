import { expect, test } from 'vitest';
import { getWebGPUMemoryUsage } from 'webgpu-memory'; // first: it counts what is made after it is imported
import { requestGpu } from '../../src/gpu/device';
import { prepareRun } from '../../src/run/prepare';
import { largestOf, prepareStages } from '../../src/run/stages';
import { TextRun } from '../../src/run/text_run';
import { RunControl } from '../../src/train/control';
import type { RunSettings } from '../../src/worker/api';
import { COUNTING, NUMBERS, SMALL_BASE, settingsOf } from '../run/small_base';

const MINUTE = 60_000;
const gpu = await requestGpu();

/** The largest number of bytes in buffers during a run, by an independent count, and what is left after it. */
async function measure(settings: RunSettings): Promise<{ peak: number; left: number }> {
  const used = () => getWebGPUMemoryUsage().memory.buffer;
  const before = used();
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, used() - before);
  };
  const run = new TextRun({
    runId: 'memory',
    gpu,
    base: SMALL_BASE,
    tokenizer: NUMBERS,
    dataset: COUNTING,
    chat: false,
    settings,
    control: new RunControl(),
    emit: look,
    save: async () => look(),
    from: null,
  });
  await run.run();
  return { peak, left: used() - before };
}

const LLM_BUT = (what: string) => `All(PathRegex(".*llm.*"), Not(PathRegex(".*${what}.*")))`;

const after = (what: string) => ({ steps: 2, freeze: LLM_BUT(what), learningRate: 0.01, warmupSteps: 0 });

test.each<[string, Partial<RunSettings>]>([
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
    const bindingBytes = gpu.device.limits.maxStorageBufferBindingSize;
    const stages = prepareStages(settings, (own, trained) => prepareRun(SMALL_BASE, own, bindingBytes, trained));
    expect(await measure(settings)).toEqual({ peak: largestOf(stages).prepared.plannedBytes, left: 0 });
  },
  MINUTE,
);
