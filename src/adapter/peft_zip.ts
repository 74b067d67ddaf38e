/** The folder that PEFT loads, as one .zip, with what its receiver should know. */
import { downloadZip } from 'client-zip';
import { type Adapter, fileName } from './adapter';
import { type PeftScales, type PeftTarget, PROJECTIONS, TEXT_TARGET, toPeft } from './peft';
import { f32Tensor, writeSafetensors } from './safetensors';

/** What the base's owner wants to be said. */
export interface BaseTerms {
  readonly name: string;
  /** The licence of its weights, in the words of the catalogue. */
  readonly licence: string;
  /** A sentence or more that must go with the adapter, if the licence asks for it. */
  readonly notice?: string;
}

/**
 * The zipped folder: adapter_config.json, adapter_model.safetensors, README.md, NOTICE.txt, training_config.json.
 *
 * @throws ProblemError where PEFT cannot hold the adapter; see toPeft.
 */
export async function exportPeft(
  adapter: Adapter,
  base: BaseTerms,
  target = TEXT_TARGET,
): Promise<Uint8Array<ArrayBuffer>> {
  const folder = fileName(adapter, '-peft');
  const lastModified = new Date(adapter.summary.savedAt);
  const files = Object.entries(peftFiles(adapter, base, target)).map(([name, input]) => ({
    name: `${folder}/${name}`,
    input,
    lastModified,
  }));
  return new Uint8Array(await downloadZip(files).arrayBuffer());
}

/** The folder's files by name. */
export function peftFiles(
  adapter: Adapter,
  base: BaseTerms,
  target: PeftTarget = TEXT_TARGET,
): Record<string, Uint8Array<ArrayBuffer>> {
  const { factors, scales } = toPeft(adapter, target);
  const tensors = new Map(factors.map(({ name, shape, values }) => [name, f32Tensor(values, shape)]));
  const text = (content: string) => new TextEncoder().encode(content);
  const json = (content: object) => text(`${JSON.stringify(content, null, 2)}\n`);
  return {
    'adapter_config.json': json(adapterConfig(adapter, scales, target)),
    'adapter_model.safetensors': writeSafetensors(tensors, { format: 'pt' }),
    'README.md': text(modelCard(adapter, base)),
    'NOTICE.txt': text(notice(adapter, base)),
    'training_config.json': json(trainingConfig(adapter)),
  };
}

/** PEFT's own field names, in order, so that old and new loaders take the file without a word. */
function adapterConfig(adapter: Adapter, scales: PeftScales, target: PeftTarget): object {
  const isText = target.layers === TEXT_TARGET.layers;
  const within = target.layers.replaceAll('.', '\\.');
  return {
    alpha_pattern: scales.alpha_pattern,
    auto_mapping: null,
    base_model_name_or_path: adapter.summary.base,
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
    modules_to_save: null,
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

function trainingConfig({ summary, baseHash, modelConfig, settings, history }: Adapter): object {
  return { adapter: summary, base_sha256: baseHash, model: modelConfig, settings, history };
}

const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

function notice({ summary }: Adapter, base: BaseTerms): string {
  const lines = [
    `This adapter belongs to the base model "${base.name}". The licence of that base: ${base.licence}`,
    ...(base.notice ? [base.notice] : []),
    `MODIFIED: LoRA adapter "${summary.name}" trained with Adaptab on ${day(summary.savedAt)}.`,
  ];
  return `${lines.join('\n\n')}\n`;
}

/** A loss in nats a token as people read it; unknown for an adapter that came without. */
const loss = (value: number) => (Number.isFinite(value) ? value.toFixed(4) : 'unknown');

function modelCard({ summary, baseHash }: Adapter, base: BaseTerms): string {
  return `---
base_model: ${JSON.stringify(summary.base)}
library_name: peft
license: other
license_name: see-notice
license_link: NOTICE.txt
tags:
- lora
- adaptab
---

# ${summary.name.replace(/\s+/g, ' ')}

A LoRA adapter for the base model "${base.name}", trained in a browser tab with Adaptab on ${day(summary.savedAt)}.

| | |
| --- | --- |
| Base weights, SHA-256 | \`${baseHash}\` |
| Steps trained, step kept | ${summary.steps}, ${summary.keptStep} |
| Held-out loss of the base, nats a token | ${loss(summary.baselineHeldout)} |
| Held-out loss with the adapter | ${loss(summary.heldout)} |
| LoRA rank and alpha, as openpi counts them | ${summary.loraRank}, ${summary.loraAlpha} |
| Frozen in training | \`${summary.freeze.replaceAll('|', '\\|')}\` |

The base is a Gemma-style model in openpi's layout. Converted to \`GemmaForCausalLM\`, it takes this folder as it is:

\`\`\`python
from peft import PeftModel
model = PeftModel.from_pretrained(base, "path/to/this/folder")
\`\`\`

openpi's LoRA is written here in PEFT's form without loss. openpi gives every attention head factors of its own, so
\`rank_pattern\` and \`alpha_pattern\` in adapter_config.json differ between modules. A tool that ignores them computes
something else.

training_config.json has all settings and losses; NOTICE.txt has the terms.
`;
}
