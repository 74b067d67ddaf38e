import { getWebGPUMemoryUsage } from 'webgpu-memory';
import { fetchBase, tokenizerOf } from '../../src/base/base';
import type { Gpu } from '../../src/gpu/device';
import { factsOfGpu } from '../../src/gpu/facts';
import { readStages } from '../../src/run/stages';
import { defaultSettings } from '../../src/settings/defaults';
import { prepareText } from '../../src/tasks/text/prepare';
import { TextRun } from '../../src/tasks/text/run';
import { countTargets } from '../../src/tokens/batches';
import { openDataset } from '../../src/tokens/open_dataset';
import { RunControl } from '../../src/train/control';
import { planReport } from '../../src/train/planned';

/**
 * Bytes of a default run of eleven steps (one evaluation, samples, checkpoints): the plan, what webgpu-memory saw at
 * the peak, and the largest sum of tensors that live at once. Buffers that were there before do not count.
 */
export async function benchMemory(gpu: Gpu) {
  const base = await fetchBase('text', new URL('/base/text/', location.href));
  const tokenizer = await tokenizerOf(base);
  const sample = new File([await (await fetch('/samples/ships_log.jsonl')).blob()], 'ships_log.jsonl');
  const settings = { ...defaultSettings, steps: 11, samplePrompts: ['How do I bake bread?'] };
  const { sequenceLength, seed } = settings;
  const { dataset } = await openDataset(
    [sample],
    { sequenceLength, context: sequenceLength, heldoutFraction: 0.1, seed },
    tokenizer,
  );
  const plan = planReport(prepareText(base, settings, { gpu: factsOfGpu(gpu), counted: countTargets(dataset) }));
  const before = getWebGPUMemoryUsage().memory.buffer;
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, getWebGPUMemoryUsage().memory.buffer - before);
  };
  const run = new TextRun({
    runId: 'bench',
    gpu,
    base,
    tokenizer,
    dataset,
    chat: true,
    settings,
    stages: readStages(settings, null),
    control: new RunControl(),
    emit: look,
    save: async () => {
      look();
      return true;
    },
    from: null,
  });
  await run.run();
  const { totalBytes: planned, liveBytes: live } = plan;
  return {
    planned_bytes: planned,
    peak_bytes: peak,
    live_bytes: live,
    planned_of_live: planned / live,
    by_kind: plan.byKind,
  };
}
