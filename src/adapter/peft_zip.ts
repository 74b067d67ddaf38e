/** The folder that PEFT loads, as one .zip, with what its receiver should know. */

import { f32Tensor, writeSafetensors } from '../containers/safetensors';
import { openpiConfig } from '../model/config';
import { problem } from '../problem';
import { writeNormStats } from '../recording/norm_stats_file';
import type { Adapter, RobotForm } from './adapter';
import { day, frozenRows, jsonFile, runRows, textFile, trainingConfig } from './card_rows';
import { codeInCell, markdownText, noticeText } from './card_text';
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
import { plainLoraConfig } from './peft_config';

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
  return packed(adapter, '-peft', peftFiles(adapter, base, target));
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
  return {
    'adapter_config.json': jsonFile(adapterConfig(weights, target)),
    'adapter_model.safetensors': writeSafetensors(tensors, { format: 'pt' }),
    'README.md': textFile(modelCard(adapter, base, weights.scales)),
    'NOTICE.txt': textFile(notice(adapter, base)),
    'training_config.json': jsonFile(trainingConfig(adapter)),
    ...(adapter.history?.memory.length ? { 'memory.csv': textFile(memoryCsv(adapter.history.memory)) } : {}),
    ...(adapter.robot ? { 'norm_stats.json': textFile(writeNormStats(adapter.robot.stats)) } : {}),
  };
}

function adapterConfig({ scales, whole }: PeftWeights, target: PeftTarget): object {
  const isText = target.layers === TEXT_TARGET.layers;
  const within = target.layers.replaceAll('.', '\\.');
  return plainLoraConfig({
    base: null, // it has no name on the hub, and any that stood here could be somebody else's
    r: scales.r,
    alpha: scales.lora_alpha,
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

function modelCard(adapter: Adapter, base: BaseTerms, scales: PeftScales): string {
  const { summary, baseHash, robot } = adapter;
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

const robotUse = ({ jointNames, state, cameras, places, horizon, delta, normalization, tasks }: RobotForm) =>
  `The base is a reduced π0 in openpi's layout. Names are those of LeRobot's PI0Policy: factors of the action expert, and
the projections of state, actions and time where they trained (\`modules_to_save\`). norm_stats.json is in openpi's form.

| | |
| --- | --- |
| The state is | ${STATES[state]} |
| Joints of the state, in order | ${list(jointNames.state)} |
| Joints of the action, in order | ${list(jointNames.action)} |
| Learned as differences from the state | ${list(jointNames.action.filter((_, n) => delta[n]))} |
| Cameras, in order | ${list(cameras)} |${places ? `\n| Their places in the base | ${list(places)} |` : ''}
| Actions of a chunk | ${horizon} |
| Normalisation | ${normalization} |
| Asked for | ${list(tasks)} |`;
