/** The folder that PEFT loads, as one .zip, with what its receiver should know. */

import { isUnmeasured, isWorseThanBase } from '../best';
import { f32Tensor, writeSafetensors } from '../containers/safetensors';
import { writeZip } from '../containers/zip';
import { openpiConfig } from '../model/config';
import { problem } from '../problem';
import { writeNormStats } from '../recording/norm_stats_file';
import { stagesOf } from '../settings/stages';
import { type Adapter, fileName, type RobotForm } from './adapter';
import { codeInCell, markdownText, noticeText } from './card_text';
import { memoryCsv } from './memory_csv';
import {
  ACTIONS_TARGET,
  type PeftScales,
  type PeftTarget,
  type PeftWeights,
  PROJECTIONS,
  TEXT_TARGET,
  toPeft,
} from './peft';
import type { AdapterSummary } from './summary';

/** What the base's owner wants to be said. */
export interface BaseTerms {
  readonly name: string;
  /** The licence of its weights, in the words of the catalogue. */
  readonly licence: string;
  /** A sentence or more that must go with the adapter, if the licence asks for it. */
  readonly notice?: string;
}

/** Where an adapter's layers are in the PyTorch model that it belongs to. */
const targetOf = ({ robot }: Adapter): PeftTarget => (robot ? ACTIONS_TARGET : TEXT_TARGET);

/**
 * The zipped folder: adapter_config.json, adapter_model.safetensors, README.md, NOTICE.txt, training_config.json,
 * memory.csv where the adapter tells what its run held, and of an actions adapter norm_stats.json.
 *
 * @throws ProblemError where PEFT cannot hold the adapter; see toPeft.
 */
export async function exportPeft(
  adapter: Adapter,
  base: BaseTerms,
  target = targetOf(adapter),
): Promise<Uint8Array<ArrayBuffer>> {
  refuseOtherExperts(adapter, target);
  const folder = fileName(adapter, '-peft');
  const files = Object.entries(peftFiles(adapter, base, target));
  const packed = files.map(([name, content]) => ({ name: `${folder}/${name}`, content }));
  return writeZip(packed, new Date(adapter.summary.savedAt));
}

function refuseOtherExperts({ modelConfig, summary }: Adapter, { expert }: PeftTarget): void {
  if (!openpiConfig(modelConfig).experts.some(({ lora }, n) => lora && n !== expert)) return;
  throw problem(
    'This run also trained LoRA of the backbone, for which the PEFT folder has no place.',
    summary.name,
    'Download the openpi file instead, or train again without LoRA in the backbone.',
  );
}

/** The folder's files by name. */
export function peftFiles(
  adapter: Adapter,
  base: BaseTerms,
  target: PeftTarget = targetOf(adapter),
): Record<string, Uint8Array<ArrayBuffer>> {
  const weights = toPeft(adapter, target);
  const tensors = new Map(
    [...weights.factors, ...weights.whole].map(({ name, shape, values }) => [name, f32Tensor(values, shape)]),
  );
  const text = (content: string) => new TextEncoder().encode(content);
  const json = (content: object) => text(`${JSON.stringify(content, null, 2)}\n`);
  return {
    'adapter_config.json': json(adapterConfig(weights, target)),
    'adapter_model.safetensors': writeSafetensors(tensors, { format: 'pt' }),
    'README.md': text(modelCard(adapter, base, weights.scales)),
    'NOTICE.txt': text(notice(adapter, base)),
    'training_config.json': json(trainingConfig(adapter)),
    ...(adapter.history?.memory.length ? { 'memory.csv': text(memoryCsv(adapter.history.memory)) } : {}),
    ...(adapter.robot ? { 'norm_stats.json': text(writeNormStats(adapter.robot.stats)) } : {}),
  };
}

/** PEFT's own field names, in order, so that old and new loaders take the file without a word. */
function adapterConfig({ scales, whole }: PeftWeights, target: PeftTarget): object {
  const isText = target.layers === TEXT_TARGET.layers;
  const within = target.layers.replaceAll('.', '\\.');
  return {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: null, // the base has no name on the Hub, and any that stood here could be somebody else's
    bias: 'none',
    exclude_modules: null,
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layer_replication: null,
    layers_pattern: null,
    layers_to_transform: null,
    loftq_config: {},
    lora_alpha: scales.lora_alpha,
    lora_bias: false,
    lora_dropout: 0,
    modules_to_save: whole.length > 0 ? [...new Set(whole.map(({ module }) => module))] : null,
    peft_type: 'LORA',
    r: scales.r,
    rank_pattern: scales.rank_pattern,
    revision: null,
    // A list matches modules anywhere in the model, which is right where there is one expert only.
    target_modules: isText ? PROJECTIONS : `.*${within}\\.\\d+\\.\\w+\\.(${PROJECTIONS.join('|')})`,
    task_type: isText ? 'CAUSAL_LM' : null,
    use_dora: false,
    use_rslora: false,
  };
}

function trainingConfig({ summary, baseHash, modelConfig, settings, history, robot }: Adapter): object {
  const told = { adapter: summary, base_sha256: baseHash, model: modelConfig, settings, history };
  return robot ? { ...told, robot } : told;
}

const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

function notice({ summary }: Adapter, base: BaseTerms): string {
  const lines = [
    `This adapter belongs to the base model "${noticeText(base.name)}". The licence of that base: ${base.licence}`,
    ...(base.notice ? [base.notice] : []),
    `MODIFIED: LoRA adapter "${noticeText(summary.name)}" trained with Adaptab on ${day(summary.savedAt)}.`,
  ];
  return `${lines.join('\n\n')}\n`;
}

/** A loss as people read it; unknown for an adapter that came without. */
function loss(value: number, summary: AdapterSummary): string {
  if (isUnmeasured(summary)) return summary.steps > 0 ? 'nothing was held out' : 'unknown';
  return Number.isFinite(value) ? value.toFixed(4) : 'not finite';
}

function modelCard(adapter: Adapter, base: BaseTerms, scales: PeftScales): string {
  const { summary, baseHash, robot } = adapter;
  const unit = robot ? 'squares of normalised actions' : 'nats a token';
  return `---
library_name: peft
license: other
license_name: see-notice
license_link: NOTICE.txt
tags:
- lora
- adaptab
---

# ${markdownText(summary.name)}

A LoRA adapter for the base model "${markdownText(base.name)}", trained in a browser tab with Adaptab on ${day(summary.savedAt)}.

| | |
| --- | --- |
| Base weights, SHA-256 | \`${baseHash}\` |
| Steps trained, step kept | ${summary.steps}, ${summary.keptStep} |
| Held-out loss of the base, ${unit} | ${loss(summary.baselineHeldout, summary)} |
| Held-out loss with the adapter | ${loss(summary.heldout, summary)}${isWorseThanBase(summary) ? ': worse than without it' : ''} |
| LoRA rank and alpha, as openpi counts them | ${summary.loraRank}, ${summary.loraAlpha} |
${frozenRows(adapter)}

${robot ? robotUse(robot) : TEXT_USE}

\`base_model_name_or_path\` in adapter_config.json is null: the base has no name on the Hugging Face Hub. Give it to the tool
that loads this folder, or put the path of its folder there; its weights have the SHA-256 above.

openpi's LoRA is written here in PEFT's form without loss. \`lora_alpha\` by the rank of a module's own factors is the scale of
every module, and there is no \`alpha_pattern\`: all else that openpi multiplies by is folded into lora_B.
${foldedSentence(scales)} openpi gives every attention head factors of its own, so \`rank_pattern\` has modules whose
rank is not \`r\`: a tool that takes \`r\` for the rank of all of them computes something else.

training_config.json has all settings and losses; NOTICE.txt has the terms.
`;
}

/** What whoever wants openpi's own lora_B divides by. */
function foldedSentence({ folded }: PeftScales): string {
  const changed = Object.entries(folded).filter(([, by]) => by !== 1);
  if (changed.length === 0) return 'Here that is nothing: lora_B is as openpi has it.';
  const each = changed.map(([module, by]) => `${module} ${Number(by.toPrecision(6))} times`);
  return `Here that makes lora_B of ${each.join(', ')} openpi's.`;
}

/** A row a stage, where the run had several. */
function frozenRows({ summary, settings }: Adapter): string {
  if (!settings || settings.stages.length === 0) return `| Frozen in training | ${codeInCell(summary.freeze)} |`;
  const rows = stagesOf(settings).map(
    ({ index, steps, freeze, learningRate }) =>
      `| Frozen in stage ${index + 1}, ${steps} steps at ${learningRate} | ${codeInCell(freeze)} |`,
  );
  return rows.join('\n');
}

const TEXT_USE = `The base is a Gemma-style model in openpi's layout. Converted to \`GemmaForCausalLM\`, it takes this folder as it is:

\`\`\`python
from peft import PeftModel
model = PeftModel.from_pretrained(base, "path/to/this/folder")
\`\`\``;

const list = (names: readonly string[]) => names.map(codeInCell).join(', ') || 'none';

const STATES: Readonly<Record<RobotForm['state'], string>> = {
  measured: 'the joints as measured',
  'last-action': 'the last action',
  'last-action-and-lag': 'the last action, then the last action less the joints as measured',
};

const robotUse = ({ jointNames, state, cameras, horizon, delta, normalization, tasks }: RobotForm) =>
  `The base is a reduced π0 in openpi's layout. Names are those of LeRobot's PI0Policy: factors of the action expert, and
the projections of state, actions and time where they trained (\`modules_to_save\`). norm_stats.json is in openpi's form.

| | |
| --- | --- |
| The state is | ${STATES[state]} |
| Joints of the state, in order | ${list(jointNames.state)} |
| Joints of the action, in order | ${list(jointNames.action)} |
| Learned as differences from the state | ${list(jointNames.action.filter((_, n) => delta[n]))} |
| Cameras, in order | ${list(cameras)} |
| Actions of a chunk | ${horizon} |
| Normalisation | ${normalization} |
| Asked for | ${list(tasks)} |`;
