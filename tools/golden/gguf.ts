import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isLora } from '../../src/adapter/adapter';
import { type ByteSource, blobSource } from '../../src/containers/byte_source';
import { type GgufHeader, readGgufHeader, readTensorRows } from '../../src/containers/gguf';
import { dequantise } from '../../src/containers/gguf_blocks';
import { readSafetensors, type SafetensorsFile, type StoredTensor } from '../../src/containers/safetensors';
import { q8Rows } from '../../src/gpu/int8_rows';
import { type GgufModel, openGguf } from '../../src/hub/gguf_model';
import type { HubTensor } from '../../src/hub/gguf_tensors';
import { problem } from '../../src/problem';
import { readCase } from './case';
import { Comparison, type Group } from './compare';
import { floats, integers } from './figures';
import { continueGreedily, withStep } from './hf';
import type { HfCase } from './hf_case';
import { textBatch, validHidden } from './text';

/** Blocks of each type, of no model, and their values. */
const BLOCKS = 'blocks.gguf';

/** Has a folder models as GGUF? */
export const isGgufFolder = (folder: string): boolean => existsSync(folder) && modelsIn(folder).length > 0;

const modelsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.gguf') && name !== BLOCKS);

/**
 * Runs each model of a folder on the batch and with the adapter of the folder beside it: of `gguf_NAME`, those of `hf_NAME`.
 * What expected.safetensors holds of `MODEL-TYPE.gguf` begins with `TYPE/`.
 */
export async function runGgufFolder(device: GPUDevice, folder: string): Promise<Comparison> {
  const comparison = new Comparison();
  const sibling = readSibling(folder);
  const expected = tensorsOf(folder, 'expected.safetensors');
  for (const name of modelsIn(folder)) {
    const of = name.replace(/^.*-|\.gguf$/g, '');
    const model = await openGguf(sourceOf(folder, name), name);
    const golden = { ...(await onGguf(model, sibling)), expected: ofModel(expected, of, name) };
    await compareModel(device, golden, model, new Prefixed(comparison, of));
  }
  comparison.omitOthers(expected.tensors.keys());
  if (existsSync(join(folder, BLOCKS))) await compareBlocks(folder, comparison);
  return comparison;
}

const tensorsOf = (folder: string, name: string): SafetensorsFile =>
  readSafetensors(new Uint8Array(readFileSync(join(folder, name))), join(folder, name));

const sourceOf = (folder: string, name: string): ByteSource => blobSource(new Blob([readFileSync(join(folder, name))]));

function readSibling(folder: string): HfCase {
  const sibling = join(dirname(folder), basename(folder).replace(/^gguf_/, 'hf_'));
  const golden = readCase(sibling);
  if (golden.kind === 'hf') return golden;
  throw problem(`A case of kind "${golden.kind}" has no adapter of a model of the hub.`, sibling);
}

/** A case with this model in place of its own, and its own adapter. */
export async function onGguf(model: GgufModel, golden: HfCase): Promise<HfCase> {
  const weights = new Map<string, StoredTensor>();
  const blocks = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [path, tensor] of model.tensors) {
    const { type, shape } = tensor;
    if (type !== 'Q8_0') weights.set(path, await weightOf(model, path, tensor));
    else blocks.set(path, q8Rows(await model.readStored(path, 0, rowsOf(shape)), shape.at(-1)!));
  }
  const { lora } = golden.config;
  return { ...golden, config: { ...model.config, ...(lora ? { lora } : {}) }, weights, blocks };
}

/** As the file has it where that is what the GPU takes, else as the numbers that its blocks mean. */
async function weightOf(model: GgufModel, path: string, { type, shape, transform }: HubTensor): Promise<StoredTensor> {
  const rows = rowsOf(shape);
  if ((type === 'F16' || type === 'BF16') && transform !== 'plus one')
    return { dtype: type, shape, bytes: await model.readStored(path, 0, rows) };
  return { dtype: 'F32', shape, bytes: new Uint8Array((await model.readRows(path, 0, rows)).buffer) };
}

const rowsOf = (shape: readonly number[]) => (shape.length === 1 ? 1 : shape[0]!);

/** The figures of one model, under their names in it. */
function ofModel({ tensors, metadata }: SafetensorsFile, of: string, name: string): SafetensorsFile {
  const own = [...tensors].filter(([path]) => path.startsWith(`${of}/`));
  if (own.length === 0) throw problem(`expected.safetensors has nothing of "${of}".`, name);
  return { tensors: new Map(own.map(([path, tensor]) => [path.slice(of.length + 1), tensor])), metadata };
}

/** Adds what belongs to one of several models. */
class Prefixed {
  readonly #comparison: Comparison;
  readonly #of: string;

  constructor(comparison: Comparison, of: string) {
    this.#comparison = comparison;
    this.#of = of;
  }

  /** @param name of the figure, which is that of the expected one */
  add(group: Group, name: string, x: ArrayLike<number>, { expected }: HfCase): void {
    this.#comparison.add(group, `${this.#of}/${name}`, x, floats(expected, name));
  }
}

/** Loss, what the final norm gives, logits without the adapter, and the numbers that the file's blocks mean. */
async function compareModel(
  device: GPUDevice,
  golden: HfCase,
  { config, header, source }: GgufModel,
  comparison: Prefixed,
): Promise<void> {
  const isBase = (path: string) => !isLora(path);
  await withStep(device, golden, isBase, async (prepared) => {
    comparison.add('loss', 'loss', [await prepared.step.differentiate(textBatch(golden))], golden);
    comparison.add('out', 'out/hidden', await validHidden(golden, prepared), golden);
  });
  const { logits } = await continueGreedily(device, { ...golden, config }, firstRow(golden), 0);
  comparison.add('out', 'base_logits', logits, golden);
  for (const name of golden.expected.tensors.keys())
    if (header.tensors.has(name)) comparison.add('out', name, await valuesOf(source, header, name), golden);
}

/** The valid tokens of the batch's first row. */
function firstRow({ batch }: HfCase): number[] {
  const [mask, tokens] = [integers(batch, 'input_mask'), integers(batch, 'tokens')];
  const [, T] = batch.tensors.get('tokens')!.shape as [number, number];
  return [...tokens.subarray(0, T)].filter((_, at) => mask[at] === 1);
}

/** A tensor's numbers as the file has them, nothing of its conversion undone. */
async function valuesOf(source: ByteSource, { tensors }: GgufHeader, name: string): Promise<Float32Array> {
  const tensor = tensors.get(name)!;
  const rows = { first: 0, count: rowsOf(tensor.shape) };
  return dequantise(tensor.type, await readTensorRows(source, tensor, rows, name), name);
}

async function compareBlocks(folder: string, comparison: Comparison): Promise<void> {
  const source = sourceOf(folder, BLOCKS);
  const header = await readGgufHeader(source, BLOCKS);
  const expected = tensorsOf(folder, 'blocks.safetensors');
  for (const name of expected.tensors.keys())
    comparison.add('block', `blocks/${name}`, await valuesOf(source, header, name), floats(expected, name));
}
