/** The folder that PEFT loads, as one .zip, with what its receiver should know. */

import { f32Tensor, writeSafetensors } from '../containers/safetensors';
import { openpiConfig } from '../model/config';
import { problem } from '../problem';
import { writeNormStats } from '../recording/norm_stats_file';
import type { Adapter, RobotForm } from './adapter';
import { day, frozenRows, jsonFile, robotRows, runRows, textFile, trainingConfig } from './card_rows';
import { markdownText, noticeText } from './card_text';
import { memoryCsv } from './memory_csv';
import { packed } from './packed';
import {
  ACTIONS_TARGET,
  type PeftScales,
  type PeftTarget,
  type PeftWeights,
  PROJECTIONS,
  TEXT_TARGET,
  toPeft,
} from './peft';
import { plainLoraConfig, type Scales } from './peft_config';

/** What the base's owner wants to be said. */
export interface BaseTerms {
  readonly name: string;
  /** The licence of its weights, in the words of the catalogue. */
  readonly licence: string;
  /** A sentence or more that must go with the adapter, if the licence asks for it. */
  readonly notice?: string;
}

/** Where an adapter's layers are in the PyTorch model that it belongs to. */
export const targetOf = ({ robot }: Adapter): PeftTarget => (robot ? ACTIONS_TARGET : TEXT_TARGET);

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
  return packed(adapter, '-peft', peftFiles(adapter, base, target));
}

/** @throws ProblemError where an expert has LoRA that the folder is not for */
export function refuseOtherExperts({ modelConfig, summary }: Adapter, { expert }: PeftTarget): void {
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
  const { files, scales } = weightFiles(adapter, target);
  const { robot } = adapter;
  return {
    ...files,
    ...cardFiles(adapter, base, `${robot ? robotUse(robot) : TEXT_USE}\n\n${NO_NAME}\n\n${scalesText(scales)}`),
    ...(robot ? { 'norm_stats.json': textFile(writeNormStats(robot.stats)) } : {}),
  };
}

/**
 * README.md, NOTICE.txt, training_config.json, and memory.csv where the adapter tells what its run held.
 * @param use What to do with the folder, in Markdown
 */
export function cardFiles(adapter: Adapter, base: BaseTerms, use: string): Record<string, Uint8Array<ArrayBuffer>> {
  return {
    'README.md': textFile(modelCard(adapter, base, use)),
    'NOTICE.txt': textFile(notice(adapter, base)),
    'training_config.json': jsonFile(trainingConfig(adapter)),
    ...(adapter.history?.memory.length ? { 'memory.csv': textFile(memoryCsv(adapter.history.memory)) } : {}),
  };
}

/**
 * The two files that PEFT reads, and what is in them.
 * @throws ProblemError where PEFT cannot hold the adapter
 */
export function weightFiles(
  adapter: Adapter,
  target: PeftTarget,
  { base = null, metadata = {}, how = 'folded' }: WeightOptions = {},
) {
  const weights = toPeft(adapter, target, how);
  const tensors = new Map(
    [...weights.factors, ...weights.whole].map(({ name, shape, values }) => [name, f32Tensor(values, shape)]),
  );
  const files = {
    'adapter_config.json': jsonFile(adapterConfig(weights, target, base)),
    'adapter_model.safetensors': writeSafetensors(tensors, { format: 'pt', ...metadata }),
  };
  return { files, ...weights };
}

interface WeightOptions {
  /** Its name on the hub or path, where it has one. */
  readonly base?: string | null;
  /** What the weights' file says. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly how?: Scales;
}

function adapterConfig({ scales, whole }: PeftWeights, target: PeftTarget, base: string | null): object {
  const isText = target.layers === TEXT_TARGET.layers;
  const within = target.layers.replaceAll('.', '\\.');
  return plainLoraConfig({
    base,
    r: scales.r,
    alpha: scales.lora_alpha,
    alphas: scales.alpha_pattern,
    rootScaled: false, // a module's alpha says all of its scale
    ranks: scales.rank_pattern,
    // A list matches modules anywhere in the model, which is right where there is one expert only.
    targets: isText ? PROJECTIONS : `.*${within}\\.\\d+\\.\\w+\\.(${PROJECTIONS.join('|')})`,
    task: isText ? 'CAUSAL_LM' : null,
    whole: whole.map(({ module }) => module),
  });
}

function notice({ summary }: Adapter, base: BaseTerms): string {
  const lines = [
    `This adapter belongs to the base model "${noticeText(base.name)}". The licence of that base: ${base.licence}`,
    ...(base.notice ? [base.notice] : []),
    `MODIFIED: LoRA adapter "${noticeText(summary.name)}" trained with Adaptab on ${day(summary.savedAt)}.`,
  ];
  return `${lines.join('\n\n')}\n`;
}

function modelCard(adapter: Adapter, base: BaseTerms, use: string): string {
  const { summary, baseHash } = adapter;
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
${runRows(adapter)}
| LoRA rank and alpha, as openpi counts them | ${summary.loraRank}, ${summary.loraAlpha} |
${frozenRows(adapter)}

${use}

training_config.json has all settings and losses; NOTICE.txt has the terms.
`;
}

const NO_NAME = `\`base_model_name_or_path\` in adapter_config.json is null: the base has no name on the Hugging Face Hub. Give it to the tool
that loads this folder, or put the path of its folder there; its weights have the SHA-256 above.`;

/** How the factors are scaled, for whoever reads them. */
export const scalesText = (
  scales: PeftScales,
) => `openpi's LoRA is written here in PEFT's form without loss. \`lora_alpha\` by the rank of a module's own factors is the scale of
every module, and there is no \`alpha_pattern\`: all else that openpi multiplies by is folded into lora_B.
${foldedSentence(scales)} openpi gives every attention head factors of its own, so \`rank_pattern\` has modules whose
rank is not \`r\`: a tool that takes \`r\` for the rank of all of them computes something else.`;

/** What whoever wants openpi's own lora_B divides by. */
function foldedSentence({ folded }: PeftScales): string {
  const changed = Object.entries(folded).filter(([, by]) => by !== 1);
  if (changed.length === 0) return 'Here that is nothing: lora_B is as openpi has it.';
  const each = changed.map(([module, by]) => `${module} ${Number(by.toPrecision(6))} times`);
  return `Here that makes lora_B of ${each.join(', ')} openpi's.`;
}

const TEXT_USE = `The base is a Gemma-style model in openpi's layout. Converted to \`GemmaForCausalLM\`, it takes this folder as it is:

\`\`\`python
from peft import PeftModel
model = PeftModel.from_pretrained(base, "path/to/this/folder")
\`\`\``;

const robotUse = (robot: RobotForm) =>
  `The base is a reduced π0 in openpi's layout. Names are those of LeRobot's PI0Policy: factors of the action expert, and
the projections of state, actions and time where they trained (\`modules_to_save\`). norm_stats.json is in openpi's form.

| | |
| --- | --- |
${robotRows(robot)}`;
