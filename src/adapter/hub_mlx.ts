/** LoRA as mlx-lm loads it: one rank and one scale for all modules, the same modules in every layer. */
import { f32Tensor, writeSafetensors } from '../containers/safetensors';
import { LINEARS } from '../leaves/decoder';
import type { LinearRows } from '../leaves/row';
import { loraScale, modulePath } from '../settings/lora';
import type { Adapter } from './adapter';
import { jsonFile } from './card_rows';
import { codeBlock, folderTexts, isOnHub } from './hub_card';
import { type AdaptedModule, adaptedModules, hubOf, refuseTrainedBase } from './hub_modules';

/**
 * The folder's files by name. Modules of a smaller rank are filled up with zeros, and so are those that a layer lacks.
 * @throws ProblemError where leaves of the base trained too
 */
export function hubMlxFiles(adapter: Adapter): Record<string, Uint8Array<ArrayBuffer>> {
  refuseTrainedBase(adapter);
  const modules = adaptedModules(adapter);
  const form = formOf(adapter, modules);
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const tensors = Array.from({ length: form.depth }, (_, layer) =>
    form.linears.flatMap((linear) => factors(layer, linear, byPath, form, modules)),
  ).flat();
  return {
    'adapter_config.json': jsonFile(adapterConfig(form)),
    'adapters.safetensors': writeSafetensors(new Map(tensors), { format: 'mlx' }),
    ...folderTexts(adapter, { library: 'mlx', use: use(adapter) }),
  };
}

/** What holds for all modules. */
interface Form {
  readonly depth: number;
  readonly linears: readonly LinearRows[];
  /** The largest of all. */
  readonly rank: number;
  /** That of the run; B holds what a module has besides. */
  readonly scale: number;
}

function formOf(adapter: Adapter, modules: readonly AdaptedModule[]): Form {
  const { config } = hubOf(adapter);
  return {
    depth: config.depth,
    linears: LINEARS.filter((linear) => modules.some((one) => one.linear === linear)),
    rank: Math.max(...modules.map(({ lora }) => lora.rank)),
    scale: loraScale(config.lora!) || 1, // a file from elsewhere may have an alpha of 0
  };
}

/** (in, rank) and (rank, out), as they trained. */
function factors(
  layer: number,
  linear: LinearRows,
  byPath: ReadonlyMap<string, AdaptedModule>,
  { rank, scale }: Form,
  modules: readonly AdaptedModule[],
) {
  const path = modulePath(layer, linear.module);
  const own = byPath.get(path);
  const { inputs, outputs } = own ?? modules.find((one) => one.linear === linear)!;
  const a = new Float32Array(inputs * rank);
  const b = new Float32Array(rank * outputs);
  if (own) {
    for (let i = 0; i < inputs; i++) a.set(own.a.subarray(i * own.lora.rank, (i + 1) * own.lora.rank), i * rank);
    b.set(own.lora.scale === scale ? own.b : own.b.map((value) => (value * own.lora.scale) / scale));
  }
  return [
    [`model.${path}.lora_a`, f32Tensor(a, [inputs, rank])],
    [`model.${path}.lora_b`, f32Tensor(b, [rank, outputs])],
  ] as const;
}

const adapterConfig = ({ depth, linears, rank, scale }: Form): object => ({
  fine_tune_type: 'lora',
  num_layers: depth,
  lora_parameters: { rank, scale, dropout: 0, keys: linears.map(({ module }) => module) },
});

function use(adapter: Adapter): string {
  const { hub } = hubOf(adapter);
  const base = isOnHub(hub.nameOrPath) ? hub.nameOrPath : 'path/to/the/base';
  return `## Use with MLX

On a Mac with Apple silicon:

${codeBlock(
  'sh',
  `pip install mlx-lm
mlx_lm.generate --model ${base} --adapter-path path/to/this/folder --prompt "Hello"
mlx_lm.fuse --model ${base} --adapter-path path/to/this/folder --save-path merged`,
)}

The scale in adapter_config.json is what B · A is multiplied by, in every module; it is not divided by the rank.`;
}
