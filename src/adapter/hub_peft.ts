/** The folder that PEFT loads, for an adapter of a model of the hub: a rename and two transpositions. */
import { f32Tensor, writeSafetensors } from '../containers/safetensors';
import { LINEARS } from '../leaves/decoder';
import { pathOf } from '../leaves/row';
import type { DecoderConfig } from '../model/decoder_config';
import { lastName } from '../settings/lora';
import type { Adapter } from './adapter';
import { jsonFile } from './card_rows';
import { codeBlock, folderTexts } from './hub_card';
import {
  type AdaptedModule,
  adaptedModules,
  hubOf,
  oneAlpha,
  refuseTrainedBase,
  rowsOfA,
  rowsOfB,
  rowsOfTrainedB,
} from './hub_modules';
import { plainLoraConfig, type Scales } from './peft_config';

/**
 * The folder's files by name.
 * @throws ProblemError where leaves of the base trained too
 */
export function hubPeftFiles(adapter: Adapter): Record<string, Uint8Array<ArrayBuffer>> {
  return { ...peftWeightFiles(adapter, 'folded'), ...folderTexts(adapter, { library: 'peft', use: use(adapter) }) };
}

/**
 * The two files that PEFT reads.
 * @throws ProblemError where leaves of the base trained too
 */
export function peftWeightFiles(adapter: Adapter, scales: Scales): Record<string, Uint8Array<ArrayBuffer>> {
  refuseTrainedBase(adapter);
  const modules = adaptedModules(adapter);
  const { config } = hubOf(adapter);
  const rows = (module: AdaptedModule) => (scales === 'folded' ? rowsOfB(module, config) : rowsOfTrainedB(module));
  return {
    'adapter_config.json': jsonFile(adapterConfig(adapter, modules, scales)),
    'adapter_model.safetensors': factors(modules, rows),
  };
}

/** What adapter_config.json says of scales. */
function scalesOf(modules: readonly AdaptedModule[], config: DecoderConfig, scales: Scales) {
  if (scales === 'folded') return { alpha: oneAlpha(config), alphas: {}, rootScaled: false };
  const { alpha, rootScaled } = config.lora!;
  const others = modules.filter(({ lora }) => lora.alpha !== alpha);
  return { alpha, rootScaled, alphas: Object.fromEntries(others.map(({ path, lora }) => [path, lora.alpha])) };
}

/** A (rank, in) and B (out, rank), as PEFT has them. */
function factors(
  modules: readonly AdaptedModule[],
  rowsOf: (module: AdaptedModule) => Float32Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const tensors = modules.flatMap((module) => {
    const { linear, layer, inputs, outputs, lora } = module;
    return [
      [pathOf(linear.a, 0, layer), f32Tensor(rowsOfA(module), [lora.rank, inputs])],
      [pathOf(linear.b, 0, layer), f32Tensor(rowsOf(module), [outputs, lora.rank])],
    ] as const;
  });
  return writeSafetensors(new Map(tensors), { format: 'pt' });
}

function adapterConfig(adapter: Adapter, modules: readonly AdaptedModule[], scales: Scales): object {
  const { hub, config } = hubOf(adapter);
  const { rank: r } = config.lora!;
  const others = modules.filter(({ lora }) => lora.rank !== r);
  return plainLoraConfig({
    base: hub.nameOrPath || null,
    r,
    ...scalesOf(modules, config, scales),
    ranks: Object.fromEntries(others.map(({ path, lora }) => [path, lora.rank])),
    targets: targetsOf(modules, config),
    task: 'CAUSAL_LM',
    whole: [],
  });
}

/** Names, where every layer has the same modules; else an expression for the paths of those that there are. */
function targetsOf(modules: readonly AdaptedModule[], { depth }: DecoderConfig): string[] | string {
  const layersOf = LINEARS.map((linear) => ({
    name: linear.module,
    layers: modules.filter((one) => one.linear === linear).map(({ layer }) => layer),
  })).filter(({ layers }) => layers.length > 0);
  if (layersOf.every(({ layers }) => layers.length === depth)) return layersOf.map(({ name }) => lastName(name));
  return layersOf
    .map(({ name, layers }) => `model\\.layers\\.(${layers.join('|')})\\.${name.replaceAll('.', '\\.')}`)
    .join('|');
}

function use(adapter: Adapter): string {
  const base = JSON.stringify(hubOf(adapter).hub.nameOrPath || 'path/to/the/base');
  return `## Use with peft and transformers

${codeBlock('sh', 'pip install peft transformers torch')}

${codeBlock(
  'python',
  `from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = ${base}
tokenizer = AutoTokenizer.from_pretrained(base)
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "path/to/this/folder")
# to have it in the weights: model = model.merge_and_unload()`,
)}

Each module's output is scaled by \`lora_alpha\` by the rank of its own factors, and by nothing else: \`use_rslora\` is false, there
is no \`alpha_pattern\`, and what the run scaled by besides is in lora_B. \`base_model_name_or_path\` in adapter_config.json is what
the base was called where the adapter was made: put its name on the hub or the path of its folder there, if it is another.`;
}
