/** README.md, NOTICE.txt and the like of an exported folder of an adapter of a model of the hub. */
import { frozenWeightsOf } from '../settings/task';
import type { Adapter } from './adapter';
import { day, frozenRows, jsonFile, runRows, textFile, trainingConfig } from './card_rows';
import { codeInCell, markdownText, noticeText } from './card_text';
import { hubOf } from './hub_modules';
import { memoryCsv } from './memory_csv';
import type { HubBase } from './summary';

/** What the card of one form says besides. */
export interface CardOfForm {
  /** The hub's name of the program. */
  readonly library: 'peft' | 'llama.cpp' | 'mlx' | 'transformers';
  /** What to do with the folder, with commands, in Markdown. */
  readonly use: string;
  /** The folder holds the model itself, changed. */
  readonly isMerged?: true;
}

/**
 * README.md, training_config.json, memory.csv where the adapter tells what its run held, and NOTICE.txt where the licence of the
 * base asks for it, as far as it is known.
 */
export function folderTexts(adapter: Adapter, form: CardOfForm): Record<string, Uint8Array<ArrayBuffer>> {
  const { hub } = hubOf(adapter);
  const said = noticeOf(hub);
  const memory = adapter.history?.memory ?? [];
  return {
    'README.md': textFile(card(adapter, form)),
    ...(said ? { 'NOTICE.txt': textFile(notice(adapter, said, form)) } : {}),
    'training_config.json': jsonFile(trainingConfig(adapter)),
    ...(memory.length > 0 ? { 'memory.csv': textFile(memoryCsv(memory)) } : {}),
  };
}

/** A block of code in Markdown. What stands in it has been escaped for its own language. */
export const codeBlock = (language: string, text: string) => `\`\`\`${language}\n${text.replaceAll('```', '')}\n\`\`\``;

const isGemma = ({ family }: HubBase) => family.startsWith('gemma');

/** The words that the Gemma Terms of Use ask for, and what they want a receiver to be told. */
export const GEMMA_NOTICE = `Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms

These terms go with what is made of the model as they go with the model. Section 3.2 restricts its use, by the Gemma Prohibited Use Policy
found at ai.google.dev/gemma/prohibited_use_policy; whoever passes it on passes these restrictions on.`;

/** What the community licences of Llama ask for, from version 3 on. */
const llamaNotice = (
  model: string,
) => `${model} is licensed under the ${model} Community License, Copyright © Meta Platforms, Inc. All Rights Reserved.

Whoever passes it on shows "Built with Llama", and has the name of the model begin with "Llama".`;

/** The words that must go with what is made of a model, by its licence. */
function noticeOf(hub: HubBase): string | undefined {
  if (isGemma(hub)) return GEMMA_NOTICE;
  const [, version] = /^llama(3(?:\.\d)?)$/.exec(hub.licence ?? '') ?? [];
  return version && llamaNotice(version === '3' ? 'Meta Llama 3' : `Llama ${version}`);
}

const licenceOf = (hub: HubBase) => hub.licence ?? (isGemma(hub) ? 'gemma' : undefined);

function notice({ summary }: Adapter, said: string, { isMerged }: CardOfForm): string {
  const what = `LoRA adapter "${noticeText(summary.name)}" trained with Adaptab on ${day(summary.savedAt)}`;
  return `${said}\n\nMODIFIED: ${isMerged ? `the weights, by the ${what}` : what}.\n`;
}

/** Is it a name on the hub, so that a card may link to it? */
export const isOnHub = (name: string) => /^[\w.-]{1,96}\/[\w.-]{1,96}$/.test(name) && !name.startsWith('.');

function frontMatter(hub: HubBase, { library }: CardOfForm): string {
  const licence = licenceOf(hub);
  const lines = [
    ...(isOnHub(hub.nameOrPath) ? [`base_model: ${JSON.stringify(hub.nameOrPath)}`] : []),
    `library_name: ${library}`,
    ...(licence ? [`license: ${JSON.stringify(licence)}`] : []),
    'tags:',
    '- lora',
    '- adaptab',
  ];
  return `---\n${lines.join('\n')}\n---`;
}

function card(adapter: Adapter, form: CardOfForm): string {
  const { summary } = adapter;
  const { hub } = hubOf(adapter);
  return `${frontMatter(hub, form)}

# ${markdownText(summary.name)}

${form.isMerged ? 'The' : 'A LoRA adapter for the'} model "${markdownText(hub.name)}"${form.isMerged ? ' with a LoRA adapter merged into its weights' : ''}, trained in a browser tab with Adaptab on ${day(summary.savedAt)}.

${form.use}

## How it was made

| | |
| --- | --- |
| Family of the base | ${hub.family} |
${hub.files.map(({ name, bytes, sha256 }) => `| SHA-256 of ${codeInCell(name)}, ${bytes} bytes | \`${sha256}\` |`).join('\n')}
${runRows(adapter)}
| Frozen weights of the run | ${frozenWeights(adapter)} |
| LoRA rank and alpha of the run | ${summary.loraRank}, ${summary.loraAlpha} |
${frozenRows(adapter)}

training_config.json has all settings and losses.${terms(hub)}
`;
}

/** Whoever measures the adapter on other weights than it was trained on gets another loss. */
const frozenWeights = ({ settings }: Adapter) =>
  frozenWeightsOf(settings) === 'int8'
    ? 'in 8 bits: each row of a matrix rounded to 255 steps, so that losses differ a little from those on the files'
    : 'as in the files';

/** Where whoever passes the adapter on finds what he may do. */
function terms(hub: HubBase): string {
  if (noticeOf(hub)) return ' NOTICE.txt has what the licence of the base asks to be said.';
  const licence = licenceOf(hub);
  return licence
    ? ` The licence of the base: ${markdownText(licence)}.`
    : ' The licence of the base is not known here: see where the base came from.';
}
