/** A folder with which a GPU server goes on from a text adapter: PEFT's files, the run's own windows, and a script. */
import type { StreamedFile } from '../containers/stored_file';
import { compile } from '../filter/evaluate';
import { optimizerOf } from '../settings/optimizer';
import { frozenWeightsOf } from '../settings/task';
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

type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** What differs between adapters of one kind of base and another. */
export interface ServerForm {
  /** PEFT's two files, with the factors as they trained, and what lies beside them. */
  readonly files: Files;
  /** Cards around what is to be done with the folder. */
  readonly texts: (use: string) => Files;
  /** The base's name on the hub or path; null where train.py has to be told or finds it in the folder. */
  readonly base: string | null;
  /** What the card's commands give train.py besides. */
  readonly options: readonly string[];
  /** Names of PEFT's tensors whose leaf is frozen. */
  readonly frozen: (isFrozen: (path: string) => boolean) => readonly string[];
  /** Of modules whose lora_B is of several heads, by the last name of their paths. */
  readonly heads: Readonly<Record<'own' | 'summed', Readonly<Record<string, number>>>>;
  /** Of the base and the factors, in Markdown. */
  readonly notes: string;
}

/**
 * The folder's files, for an adapter of a model of the hub.
 * @param dataset The windows that are open
 * @throws ProblemError where they are not those of the run, the adapter does not tell how it was trained, or leaves of the base trained too
 */
export function textServerFiles(adapter: Adapter, dataset: TokenDataset): StreamedFile[] {
  const base = hubOf(adapter).hub.nameOrPath;
  return serverFiles(adapter, dataset, {
    files: peftWeightFiles(adapter, 'as trained'),
    texts: (use) => folderTexts(adapter, { library: 'peft', use }),
    base: base || null,
    options: ['--base', JSON.stringify(base || 'path/to/the/base')],
    frozen: (isFrozen) => Object.keys(adapter.tensors).filter(isFrozen),
    heads: { own: {}, summed: {} },
    notes: `${isInt8(adapter) ? 'The run had the matrices of the base in integers of 8 bits, and here they are as the base has them, so losses differ a little. ' : ''}\`lora_alpha\` and \`use_rslora\` in adapter_config.json are those that the factors were trained with.
No code of the base is run: its architecture must be one that transformers has.`,
  });
}

const isInt8 = ({ settings }: Adapter) => frozenWeightsOf(settings) === 'int8';

/** @throws ProblemError where other windows are open than those of the run, or the adapter does not tell how it was trained */
export function serverFiles(adapter: Adapter, dataset: TokenDataset, form: ServerForm): StreamedFile[] {
  const onward = onwardOf(adapter);
  const hash = hashOfWindows(dataset);
  checkData(adapter, hash);
  const files = inMemory({
    ...form.files,
    ...form.texts(use(adapter, onward, form)),
    'run.json': jsonFile(runOf(form, onward, hash)),
    'train.py': textFile(script),
    'requirements.txt': textFile(`${REQUIREMENTS.join('\n')}\n`),
  });
  return [...files, windowsFile(dataset)];
}

/** What train.py is told. */
function runOf({ base, frozen, heads }: ServerForm, onward: Onward, hash: string): object {
  const { settings, stage, filter, from, steps } = onward;
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = optimizerOf(settings);
  return {
    base,
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
    frozen: frozen(compile(filter)),
    own_heads: heads.own,
    summed_heads: heads.summed,
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

function use({ dataHash }: Adapter, { stage, from, steps, stages }: Onward, { options, notes }: ServerForm): string {
  const started = ['train.py', ...options].join(' ');
  return `## Go on training it on a GPU server

${codeBlock(
  'sh',
  `pip install -r requirements.txt
python ${started}
# several GPUs of one machine: accelerate launch ${started}`,
)}

The script goes on from step ${from}, ${steps} steps unless \`--steps\` says otherwise${stages > 1 ? `, in stage ${stage.index + 1} of ${stages}: it knows no other` : ''}. It measures the held-out loss first,
which is that of this adapter, and writes the adapter and its losses to \`continued/\`. \`--from-step ${stage.first}\` begins the schedule and the order of the data anew.

As in the browser: windows of tokens, which of their tokens count, what is held out, the order in which windows come, batch and accumulation,
seed, AdamW with its betas, epsilon, weight decay and clipping, and the learning rate of each step. data.jsonl has the tokens as numbers, as the run had them,
so that no chat template is applied again: \`tokenizer.decode\` of the base shows what they say. run.json has the settings.${dataHash ? '' : '\n\nThe adapter does not tell what it was trained on: these are the data that were open when this folder was made.'}

Not as in the browser: AdamW begins with moments of zero, as a run does that goes on from an adapter here. The base is
in float32 unless \`--dtype bfloat16\` says otherwise, which takes half the memory and is less exact.

${notes}`;
}
