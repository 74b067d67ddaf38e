/** A folder with which a GPU server goes on from an adapter of a model of the hub: PEFT's files, the run's own windows, and a script. */
import type { StreamedFile } from '../containers/stored_file';
import { compile } from '../filter/evaluate';
import { optimizerOf } from '../settings/optimizer';
import { EVALUATED_WINDOWS, type TokenDataset } from '../tokens/batches';
import type { Adapter } from './adapter';
import { jsonFile, textFile } from './card_rows';
import { checkData, hashOfWindows } from './data_hash';
import { codeBlock, folderTexts } from './hub_card';
import { hubOf } from './hub_modules';
import { peftWeightFiles } from './hub_peft';
import { inMemory } from './packed';
import script from './server/train.py?raw';
import { type Onward, onwardOf } from './server_run';

const REQUIREMENTS = ['accelerate>=1.0', 'peft>=0.18', 'safetensors>=0.5', 'torch>=2.6', 'transformers>=5.0'];

/**
 * The folder's files.
 * @param dataset The windows that are open
 * @throws ProblemError where they are not those of the run, the adapter does not tell how it was trained, or leaves of the base trained too
 */
export function textServerFiles(adapter: Adapter, dataset: TokenDataset): StreamedFile[] {
  const onward = onwardOf(adapter);
  const hash = hashOfWindows(dataset);
  checkData(adapter, hash);
  const files = inMemory({
    ...peftWeightFiles(adapter, 'as trained'),
    ...folderTexts(adapter, { library: 'peft', use: use(adapter, onward) }),
    'run.json': jsonFile(runOf(adapter, onward, hash)),
    'train.py': textFile(script),
    'requirements.txt': textFile(`${REQUIREMENTS.join('\n')}\n`),
  });
  return [...files, windowsFile(dataset)];
}

/** What train.py is told. */
function runOf(adapter: Adapter, onward: Onward, hash: string): object {
  const { settings, stage, filter, from, steps } = onward;
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = optimizerOf(settings);
  return {
    base: hubOf(adapter).hub.nameOrPath || null,
    data_sha256: hash,
    seed: settings.seed,
    from_step: from,
    steps,
    schedule_begins: stage.first,
    learning_rate: stage.learningRate,
    end_learning_rate: stage.endLearningRate,
    warmup_steps: stage.warmupSteps,
    decay_steps: stage.steps,
    batch_size: settings.batchSize,
    accumulation: settings.accumulation,
    betas: [beta1, beta2],
    epsilon,
    weight_decay: weightDecay,
    clip_norm: clipNorm,
    evaluate_every: settings.evaluateEvery,
    evaluated_windows: EVALUATED_WINDOWS,
    keep_best: settings.keepBest,
    frozen: Object.keys(adapter.tensors).filter(compile(filter)),
  };
}

/** data.jsonl: a window a line, as transformers names its parts; −100 where a token does not count in the loss. */
function windowsFile(dataset: TokenDataset): StreamedFile {
  const encoder = new TextEncoder();
  function* lines(): Generator<Uint8Array<ArrayBuffer>> {
    for (const split of ['training', 'heldout'] as const)
      for (const window of dataset[split]) yield encoder.encode(lineOf(dataset, window, split));
  }
  let bytes = 0;
  for (const { length } of lines()) bytes += length;
  return {
    path: 'data.jsonl',
    bytes,
    async *chunks() {
      yield* lines();
    },
  };
}

function lineOf({ tokens, lossMask, offsets }: TokenDataset, window: number, split: 'training' | 'heldout'): string {
  const [begin, end] = [offsets[window]!, offsets[window + 1]!];
  const ids = [...tokens.subarray(begin, end)];
  const labels = ids.map((id, n) => (lossMask[begin + n] ? id : -100));
  return `${JSON.stringify({ split: split === 'training' ? 'train' : split, input_ids: ids, labels })}\n`;
}

function use(adapter: Adapter, { settings, stage, from, steps, stages }: Onward): string {
  const base = JSON.stringify(hubOf(adapter).hub.nameOrPath || 'path/to/the/base');
  const int8 = 'weights' in settings && settings.weights === 'int8';
  return `## Go on training it on a GPU server

${codeBlock(
  'sh',
  `pip install -r requirements.txt
python train.py --base ${base}
# several GPUs of one machine: accelerate launch train.py --base ${base}`,
)}

The script goes on from step ${from}, ${steps} steps unless \`--steps\` says otherwise${stages > 1 ? `, in stage ${stage.index + 1} of ${stages}: it knows no other` : ''}. It measures the held-out loss first,
which is that of this adapter, and writes the adapter and its losses to \`continued/\`. \`--from-step ${stage.first}\` begins the schedule and the order of the data anew.

As in the browser: windows of tokens, which of their tokens count, what is held out, the order in which windows come, batch and accumulation,
seed, AdamW with its betas, epsilon, weight decay and clipping, and the learning rate of each step. data.jsonl has the tokens as numbers, as the run had them,
so that no chat template is applied again: \`tokenizer.decode\` of the base shows what they say. run.json has the settings.${adapter.dataHash ? '' : '\n\nThe adapter does not tell what it was trained on: these are the data that were open when this folder was made.'}

Not as in the browser: AdamW begins with moments of zero, as a run does that goes on from an adapter here.${int8 ? ' The run had the matrices of the base in integers of 8 bits, and here they are as the base has them, so losses differ a little.' : ''} The base is
in float32 unless \`--dtype bfloat16\` says otherwise, which takes half the memory and is less exact. \`lora_alpha\` and \`use_rslora\` in adapter_config.json are those that the factors were trained with.
No code of the base is run: its architecture must be one that transformers has.`;
}
