/** LoRA as llama.cpp loads it, and Ollama by it: factors under the names that the tensors of the base have in a GGUF. */
import { type GgufValue, writeGguf } from '../containers/gguf_write';
import { architectureOf, linearName, PAIRED_MODULES } from '../hub/gguf_names';
import { pairsFromHalves } from '../hub/gguf_tensors';
import type { DecoderConfig } from '../model/decoder_config';
import { type Adapter, fileName } from './adapter';
import { codeBlock, folderTexts, isOnHub } from './hub_card';
import {
  type AdaptedModule,
  adaptedModules,
  hubOf,
  oneAlpha,
  refuseTrainedBase,
  rowsOfA,
  rowsOfB,
} from './hub_modules';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The folder's files by name: the adapter, and what its receiver should know.
 * @throws ProblemError where leaves of the base trained too
 */
export async function hubGgufFiles(adapter: Adapter): Promise<Record<string, Bytes>> {
  return {
    [fileName(adapter, '.gguf')]: await ggufLora(adapter),
    ...folderTexts(adapter, { library: 'llama.cpp', use: use(adapter) }),
  };
}

/** The adapter as one GGUF. llama.cpp scales by alpha / rank of a tensor; B holds what the run scaled by besides. */
async function ggufLora(adapter: Adapter): Promise<Bytes> {
  refuseTrainedBase(adapter);
  const { config } = hubOf(adapter);
  const tensors = adaptedModules(adapter).flatMap((module) => {
    const { layer, linear, inputs, outputs, lora } = module;
    const name = linearName(linear.module, layer, 'weight');
    return [
      [`${name}.lora_a`, matrix(rowsOfA(module), [lora.rank, inputs])],
      [`${name}.lora_b`, matrix(inOrderOfBase(module, config), [outputs, lora.rank])],
    ] as const;
  });
  const { bytes, chunks } = writeGguf(metadata(adapter), new Map(tensors));
  const file = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of chunks()) {
    file.set(chunk, at);
    at += chunk.byteLength;
  }
  return file;
}

const matrix = (values: Float32Array<ArrayBuffer>, shape: readonly [number, number]) => ({
  type: 'F32' as const,
  shape,
  chunks: () => [new Uint8Array(values.buffer)],
});

function metadata(adapter: Adapter): ReadonlyMap<string, GgufValue> {
  const { hub, config } = hubOf(adapter);
  const text = (value: string): GgufValue => ({ type: 'string', value });
  return new Map<string, GgufValue>([
    ['general.architecture', text(architectureOf(config.family))],
    ['general.type', text('adapter')],
    ['adapter.type', text('lora')],
    ['adapter.lora.alpha', { type: 'f32', value: oneAlpha(config) }],
    ['general.name', text(adapter.summary.name)],
    ['general.base_model.count', { type: 'u32', value: 1 }],
    ['general.base_model.0.name', text(hub.name)],
    ...(isOnHub(hub.nameOrPath)
      ? [['general.base_model.0.repo_url', text(`https://huggingface.co/${hub.nameOrPath}`)] as const]
      : []),
  ]);
}

/** B as (outputs, rank), in the order in which the base has the rows of its weight. */
function inOrderOfBase(module: AdaptedModule, config: DecoderConfig): Float32Array<ArrayBuffer> {
  const { linear, lora } = module;
  const rows = rowsOfB(module, config);
  if (config.family !== 'llama' || !PAIRED_MODULES.includes(linear.module)) return rows;
  const order = { headDim: config.headDim, bytes: lora.rank * rows.BYTES_PER_ELEMENT };
  return new Float32Array(pairsFromHalves(new Uint8Array(rows.buffer), order).buffer);
}

function use(adapter: Adapter): string {
  const { hub } = hubOf(adapter);
  const file = fileName(adapter, '.gguf');
  const own = hub.files.find(({ name }) => name.endsWith('.gguf'))?.name;
  // What stands in a command is a name that needs no quotes, or ours.
  const base = own !== undefined && /^[\w.-]+$/.test(own) ? own : 'base.gguf';
  const convert = codeBlock('sh', `python convert_hf_to_gguf.py path/to/the/base --outfile ${base}`);
  return `## Use with llama.cpp

${codeBlock('sh', `llama-cli -m ${base} --lora ${file}\nllama-server -m ${base} --lora ${file}`)}

${base} is the same base as GGUF.${own === undefined ? ` The folder of the hub becomes one with llama.cpp's own script:\n\n${convert}` : ''}

## Use with Ollama

A file called Modelfile beside ${file} with these two lines, then two commands:

${codeBlock('', `FROM ./${base}\nADAPTER ./${file}`)}

${codeBlock('sh', 'ollama create my-model -f Modelfile\nollama run my-model')}

A base that is quantised more than the one of the training computes something else, with the adapter as without it.`;
}
