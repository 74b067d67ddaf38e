/** LoRA as llama.cpp loads it, and Ollama by it: factors under the names that the tensors of the base have in a GGUF. */
import { type GgufValue, writeGguf } from '../containers/gguf_write';
import type { DecoderConfig, Family } from '../model/decoder_config';
import { type Adapter, fileName } from './adapter';
import { codeBlock, folderTexts, isOnHub } from './hub_card';
import {
  type AdaptedModule,
  adaptedModules,
  foldedB,
  hubOf,
  oneAlpha,
  refuseTrainedBase,
  transposed,
} from './hub_modules';

type Bytes = Uint8Array<ArrayBuffer>;

/** `general.architecture`, which must be the base's. */
const ARCHITECTURES: Readonly<Record<Family, string>> = {
  gemma: 'gemma',
  gemma2: 'gemma2',
  gemma3_text: 'gemma3',
  llama: 'llama',
  qwen2: 'qwen2',
  qwen3: 'qwen3',
};

/** llama.cpp's names of a layer's linears. */
const NAMES: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

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
    const { layer, linear, inputs, outputs, a } = module;
    const { rank } = module.lora;
    const name = `blk.${layer}.${NAMES[linear.module]}.weight`;
    return [
      [`${name}.lora_a`, matrix(transposed(a, [inputs, rank]), [rank, inputs])],
      [`${name}.lora_b`, matrix(rowsOfB(module, config), [outputs, rank])],
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
    ['general.architecture', text(ARCHITECTURES[config.family])],
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

/** B as (outputs, rank). Of llama's q and k llama.cpp has the two halves of a head interleaved: row (h, j, half) is (h, half, j). */
function rowsOfB(module: AdaptedModule, config: DecoderConfig): Float32Array<ArrayBuffer> {
  const { linear, outputs } = module;
  const { rank } = module.lora;
  const rows = transposed(foldedB(module, config), [rank, outputs]);
  if (config.family !== 'llama' || !/[qk]_proj$/.test(linear.module)) return rows;
  const { headDim: H } = config;
  return Float32Array.from(rows, (_, at) => {
    const [row, r] = [Math.floor(at / rank), at % rank];
    const inHead = row % H;
    const from = row - inHead + (inHead % 2) * (H / 2) + Math.floor(inHead / 2);
    return rows[from * rank + r]!;
  });
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
