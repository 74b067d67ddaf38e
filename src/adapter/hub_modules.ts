/** An adapter of a model of the hub, linear by linear, as every form needs it that other programs read. */
import { LINEARS } from '../leaves/decoder';
import { type LinearRows, pathOf } from '../leaves/row';
import { type DecoderConfig, isDecoder, loraOf, type ModuleLora } from '../model/decoder_config';
import { problem } from '../problem';
import { modulePath } from '../settings/lora';
import { type Adapter, isLora } from './adapter';
import type { HubBase } from './summary';

/** A linear with its factors. */
export interface AdaptedModule {
  readonly layer: number;
  readonly linear: LinearRows;
  /** By its path below the model: `layers.0.self_attn.q_proj`. */
  readonly path: string;
  readonly lora: ModuleLora;
  readonly inputs: number;
  readonly outputs: number;
  /** (inputs, rank) */
  readonly a: Float32Array<ArrayBuffer>;
  /** (rank, outputs) */
  readonly b: Float32Array<ArrayBuffer>;
}

/** @throws Error for an adapter of another model than one of the hub */
export function hubOf({ summary, modelConfig }: Adapter): { hub: HubBase; config: DecoderConfig } {
  const { hub } = summary;
  if (!hub || !isDecoder(modelConfig)) throw new Error(`${summary.name} is no adapter of a model of the hub`);
  return { hub, config: modelConfig };
}

/** Every linear that has factors, in the order of the layers. @throws ProblemError where the adapter lacks one */
export function adaptedModules(adapter: Adapter): AdaptedModule[] {
  const { config } = hubOf(adapter);
  return Array.from({ length: config.depth }, (_, layer) =>
    LINEARS.flatMap((linear) => {
      const lora = loraOf(config, layer, linear.module);
      return lora ? [moduleOf(adapter, layer, linear, lora)] : [];
    }),
  ).flat();
}

function moduleOf({ tensors }: Adapter, layer: number, linear: LinearRows, lora: ModuleLora): AdaptedModule {
  const [a, b] = [linear.a, linear.b].map((row) => {
    const path = pathOf(row, 0, layer);
    const found = tensors[path];
    if (!found) throw problem(`The adapter lacks the leaf "${path}".`, undefined, 'Train it again.');
    return found.values;
  }) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  const { rank } = lora;
  const path = modulePath(layer, linear.module);
  return { layer, linear, path, lora, inputs: a.length / rank, outputs: b.length / rank, a, b };
}

/** Rows become columns. @param shape of what is given */
export function transposed(
  values: Float32Array,
  [rows, columns]: readonly [number, number],
): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
}

/**
 * The alpha of a file that knows one, and by which every module is scaled by alpha / rank: the adapter's own where it is a
 * whole number, as PEFT and Ollama want it.
 */
export function oneAlpha({ lora }: DecoderConfig): number {
  if (!lora) throw new Error('the model has no adapters');
  return Number.isInteger(lora.alpha) && lora.alpha > 0 ? lora.alpha : lora.rank;
}

/** A (rank, inputs), as PEFT has it. */
export const rowsOfA = ({ a, inputs, lora }: AdaptedModule) => transposed(a, [inputs, lora.rank]);

/** B (outputs, rank), as PEFT has it, with all of the module's scale that alpha / rank does not say. */
export const rowsOfB = (module: AdaptedModule, config: DecoderConfig) =>
  transposed(foldedB(module, config), [module.lora.rank, module.outputs]);

/** B (rank, outputs), with the same. */
export function foldedB({ lora, b }: AdaptedModule, config: DecoderConfig): Float32Array<ArrayBuffer> {
  const by = (lora.alpha / oneAlpha(config)) * (config.lora?.rootScaled ? Math.sqrt(lora.rank) : 1);
  return b.map((value) => value * by);
}

/** B (outputs, rank), as it trained. */
export const rowsOfTrainedB = ({ b, outputs, lora }: AdaptedModule) => transposed(b, [lora.rank, outputs]);

/** @throws ProblemError where leaves of the base trained too, of which such a form knows nothing */
export function refuseTrainedBase({ tensors, summary }: Adapter): void {
  const others = Object.keys(tensors).filter((path) => !isLora(path));
  if (others.length === 0) return;
  throw refuseWhole(
    others,
    summary.name,
    'Download the merged model instead, or train again with these parameters frozen.',
  );
}

/** The error of a run that trained more than an adapter of some form can hold. */
export function refuseWhole(paths: readonly string[], where: string, fix: string) {
  const shown = paths.slice(0, 3).join(', ') + (paths.length > 3 ? ` and ${paths.length - 3} more` : '');
  return problem(
    `This run also trained parameters that are no LoRA, which an adapter of this form cannot hold: ${shown}.`,
    where,
    fix,
  );
}
