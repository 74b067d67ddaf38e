/** README.md, NOTICE.txt and the like of an exported folder of an adapter of a policy, and what its weights' files say by themselves. */
import type { FloatDtype } from '../hub/elements';
import { writeNormStats } from '../recording/norm_stats_file';
import type { Adapter } from './adapter';
import { day, frozenRows, jsonFile, robotRows, runRows, textFile, trainingConfig } from './card_rows';
import { codeInCell, markdownText, noticeText } from './card_text';
import { GEMMA_NOTICE, isOnHub } from './hub_card';
import type { Files } from './lerobot_files';
import { memoryCsv } from './memory_csv';
import { policyOf } from './policy_origin';
import type { PolicyOrigin } from './summary';

/** What the card of one form says. */
export interface PolicyCard {
  /** The hub's name of the program. */
  readonly library: 'lerobot' | 'openpi' | 'peft';
  /** What is in the folder: the end of a sentence. */
  readonly what: string;
  /** What to do with it, with commands, in Markdown. */
  readonly use: string;
  /** What the numbers went through. */
  readonly precision: string;
}

/** The files beside an adapter's weights that its receiver reads, and norm_stats.json. */
export function policyTexts(adapter: Adapter, card: PolicyCard): Files {
  const { robot } = policyOf(adapter);
  const memory = adapter.history?.memory ?? [];
  return {
    'README.md': textFile(readme(adapter, card)),
    'NOTICE.txt': textFile(notice(adapter)),
    'norm_stats.json': textFile(writeNormStats(robot.stats)),
    'training_config.json': jsonFile(trainingConfig(adapter)),
    ...(memory.length > 0 ? { 'memory.csv': textFile(memoryCsv(memory)) } : {}),
  };
}

/** What a .safetensors says of itself, wherever it goes. @param load what takes it, and how: a sentence */
export function policyMetadata(adapter: Adapter, load: string, precision: string): Record<string, string> {
  const { policy } = policyOf(adapter);
  return {
    format: 'pt',
    made_by: 'Adaptab',
    adapter: adapter.summary.name,
    base: policy.name,
    base_kind: policy.kind,
    base_sha256: adapter.baseHash,
    base_files: JSON.stringify(policy.files),
    load,
    precision,
  };
}

/** How merged numbers were rounded. @param formats of the tensors */
export function roundedTo(formats: Iterable<FloatDtype>): string {
  const all = [...new Set(formats)].sort();
  const rounded = all.includes('F32') ? '' : ', ties to even';
  return `Each weight is W + ΔW with openpi's scales, computed in double precision and rounded once, to the nearest${rounded}, to ${all.join(' or ')}: the format in which the checkpoint has it.`;
}

/** The base's name on the hub; null where it has none. */
export const hubNameOf = ({ name }: PolicyOrigin): string | null => (isOnHub(name) ? name : null);

/** Where other programs find the base, for Python. */
export const baseInPython = (policy: PolicyOrigin) => JSON.stringify(hubNameOf(policy) ?? 'path/to/the/base');

function readme(adapter: Adapter, { library, what, use, precision }: PolicyCard): string {
  const { summary } = adapter;
  const { policy, robot } = policyOf(adapter);
  const name = hubNameOf(policy);
  return `---
${name ? `base_model: ${JSON.stringify(name)}\n` : ''}library_name: ${library}
pipeline_tag: robotics
license: other
license_name: see-notice
license_link: NOTICE.txt
tags:
- robotics
- lora
- adaptab
---

# ${markdownText(summary.name)}

${what} Trained in a browser tab with Adaptab on ${day(summary.savedAt)}, on the ${policy.kind} "${markdownText(policy.name)}".

${use}

norm_stats.json has the statistics of this robot in openpi's form. ${precision}

## How it was made

| | |
| --- | --- |
| Kind of the base | ${policy.kind}, names of ${policy.naming} |
| SHA-256 of the base's weights | \`${adapter.baseHash}\` |
${policy.files.map(({ name: file, bytes, sha256 }) => `| SHA-256 of ${codeInCell(file)}, ${bytes} bytes | \`${sha256}\` |`).join('\n')}
${runRows(adapter)}
| LoRA rank and alpha, as openpi counts them | ${summary.loraRank}, ${summary.loraAlpha} |
${frozenRows(adapter)}
${robotRows(robot)}

training_config.json has all settings and losses; NOTICE.txt has the terms.
`;
}

/** Both policies are made of PaliGemma. */
const notice = ({ summary }: Adapter) => `${GEMMA_NOTICE}

The licence of the policy itself is not known here: see where "${noticeText(policyName(summary))}" came from.

MODIFIED: by the adapter "${noticeText(summary.name)}", trained with Adaptab on ${day(summary.savedAt)}.
`;

const policyName = ({ policy, base }: Adapter['summary']) => policy?.name ?? base;
