import { quantise } from '../containers/gguf_blocks';
import type { StoredFile, StreamedFile } from '../containers/stored_file';
import type { FloatDtype } from '../hub/elements';
import type { WeightFiles } from '../hub/files';
import { copyBeside, type Replacement, replacedWeights } from '../hub/folder_merge';
import { openShards, readModelJson, type WeightsFile } from '../hub/shards';
import type { FileHash, StreamOptions } from '../hub/source';
import { streamFiles } from '../hub/stream';
import { type FileTensor, matchTensors, OTHER, placeOfTensor, refuseTensors, tensorsIn } from '../hub/tensors';
import { GEMMA } from '../leaves/gemma';
import { type ModelKind, pathOf } from '../leaves/row';
import type { ModelConfig } from '../model/config';
import { leavesOf } from '../model/tree';
import { type Problem, problem } from '../problem';
import { type PolicyConfig, readPolicyConfig } from './config';
import { findPolicy, type PolicyFiles } from './files';
import { formOf } from './leaf_form';
import { LeafReader, type PlacedLeaf } from './leaf_reader';
import { changedTensors, type MadeTensor } from './leaf_writer';
import { isFactor, isStatistic, isTiedHead, isUnused, namingOf, soughtName } from './naming';
import { kindOf, readSizes, type Stored } from './sizes';
import type { LeafChange, PolicySource, ValuesOf } from './source';
import { findStats } from './stats';

/** openpi's max_token_len, and how it normalises. */
const PROMPT_LENGTHS: Readonly<Record<ModelKind, number>> = { π0: 48, 'π0.5': 200 };
const NORMALIZATIONS = { π0: 'z-score', 'π0.5': 'quantile' } as const;

/** Widest last. */
const WIDTHS: readonly FloatDtype[] = ['BF16', 'F16', 'F32'];

/**
 * Opens the π0 or π0.5 among files; no weight is read.
 * @throws ProblemError that names every tensor that is missing, too much, or of another shape or format than it can have, and where there is
 *   no policy, or another one than its config.json says
 */
export async function openPolicy(files: readonly StoredFile[]): Promise<PolicySource> {
  const found = await findPolicy(files);
  const { config: json } = found.weights;
  const weights = await openShards(found.weights);
  const where = json?.path ?? weights[0]!.path;
  const configJson = json ? await readModelJson(json) : undefined;
  const said = readPolicyConfig(configJson, where);
  const stored = storedIn(weights);
  const kind = kindOf(stored);
  if (said.kind !== null && said.kind !== kind)
    throw problem(
      `It says that it is a ${said.kind}; its tensors are those of a ${kind}.`,
      where,
      'Take fresh copies of both.',
    );
  const sizes = readSizes(stored, said, where);
  const config = kind === 'π0.5' ? { ...sizes, pi05: true } : sizes;
  const warnings = [...said.warnings];
  if ([...stored.tensors.keys()].some(isStatistic))
    warnings.push({
      what: 'Statistics are among its weights, as LeRobot had them before; they are not read.',
      where,
      fix: 'Nothing needs to be done: a run measures its own.',
    });
  const stats = await findStats(found.others, files, found.folder, warnings);
  return new Checkpoint({ found, weights, stored, json: configJson, said, kind, config, stats, warnings });
}

/** @throws ProblemError where there is an adapter among them, or a tensor by two names */
function storedIn(weights: readonly WeightsFile[]): Stored {
  const all = tensorsIn(weights);
  const naming = namingOf(all.map(({ name }) => name)) ?? 'openpi';
  const factor = all.find(({ name }) => isFactor(name));
  if (factor)
    throw problem(
      'The weights have an adapter beside them that is not merged.',
      placeOfTensor(factor),
      'Merge it with the program that trained it, or choose the checkpoint that it was trained on.',
    );
  const tensors = new Map<string, FileTensor>();
  const doubled: Problem[] = [];
  for (const tensor of all) {
    const sought = soughtName(tensor.name, naming);
    const other = tensors.get(sought);
    if (!other || isTiedHead(other.name)) tensors.set(sought, tensor);
    else if (!isTiedHead(tensor.name))
      doubled.push({ what: `It is there as ${other.name} too.`, where: placeOfTensor(tensor), fix: OTHER });
  }
  refuseTensors(doubled);
  return { naming, tensors };
}

/** What is known of a checkpoint. */
interface Opened {
  readonly found: PolicyFiles;
  readonly weights: readonly WeightsFile[];
  readonly stored: Stored;
  readonly json: unknown;
  readonly said: PolicyConfig;
  readonly kind: ModelKind;
  readonly config: ModelConfig;
  readonly stats: PolicySource['stats'];
  readonly warnings: PolicySource['warnings'];
}

class Checkpoint implements PolicySource {
  readonly name: string;
  readonly config: ModelConfig;
  readonly naming: PolicySource['naming'];
  readonly json: unknown;
  readonly cameras: readonly string[];
  readonly horizon: number;
  readonly promptLength: number;
  readonly normalization: PolicySource['normalization'];
  readonly stateInPrompt: boolean;
  readonly stats: PolicySource['stats'];
  readonly tokenizer: PolicySource['tokenizer'];
  readonly files: PolicySource['files'];
  readonly bytes: number;
  readonly warnings: PolicySource['warnings'];
  readonly #weights: readonly WeightsFile[];
  readonly #beside: WeightFiles;
  readonly #leaves: ReadonlyMap<string, PlacedLeaf>;
  readonly #reader = new LeafReader();

  constructor({ found, weights, stored, json, said, kind, config, stats, warnings }: Opened) {
    this.name = found.name || kind;
    this.config = config;
    this.naming = stored.naming;
    this.json = json;
    this.cameras = said.cameras;
    this.horizon = said.horizon;
    this.promptLength = said.promptLength ?? PROMPT_LENGTHS[kind];
    this.normalization = said.normalization ?? NORMALIZATIONS[kind];
    this.stateInPrompt = kind === 'π0.5' && (said.stateInPrompt ?? true);
    this.stats = stats;
    this.tokenizer = found.tokenizer;
    this.files = weights.map(({ path, source }) => ({ path, bytes: source.size }));
    this.bytes = weights.reduce((sum, { source }) => sum + source.size, 0);
    this.warnings = warnings;
    this.#weights = weights;
    this.#beside = found.weights;
    this.#leaves = placeLeaves(config, stored);
  }

  storedAs(path: string): FloatDtype {
    const forms = this.#leaf(path).tensors.flatMap((ofLayer) => ofLayer.map(({ dtype }) => dtype));
    return WIDTHS.findLast((dtype) => forms.includes(dtype))!;
  }

  read<T extends keyof ValuesOf>(
    path: string,
    layer: number,
    type: T,
    write: (first: number, values: ValuesOf[T]) => void,
  ): Promise<void> {
    return this.#reader.read(this.#leaf(path), layer, type, write);
  }

  async readRows(rows: readonly number[]): Promise<Uint16Array<ArrayBuffer>> {
    const { leaf, tensors } = this.#leaf(pathOf(GEMMA.embedding));
    const [count = 0, width = 0] = leaf.shape;
    const found = new Uint16Array(rows.length * width);
    for (const [n, row] of rows.entries()) {
      if (!(row >= 0 && row < count)) throw new Error(`the embedding has no row ${row}`);
      const put = (first: number, values: Uint16Array) => found.set(values, n * width + first);
      await this.#reader.readPart(tensors[0]![0]!, row * width, width, 1, 'bf16', put);
    }
    return found;
  }

  hash(options: Pick<StreamOptions, 'progress' | 'signal'> = {}): Promise<readonly FileHash[]> {
    const nowhere = { write: () => undefined, settled: async () => undefined };
    return streamFiles(this.#weights, new Map(), nowhere, { ...options, hash: true });
  }

  copy(changes: ReadonlyMap<string, LeafChange>, metadata: Readonly<Record<string, string>>): StreamedFile[] {
    const made = [...changes].flatMap(([path, change]) =>
      changedTensors(this, this.#leaf(path).leaf, this.naming, change),
    );
    // By the name that is sought: a head that is the embedding changes with it.
    const bySought = new Map(made.map((tensor) => [soughtName(tensor.name, this.naming), tensor]));
    const files = this.#weights.map((file) => {
      const replaced = tensorsIn([file]).flatMap((tensor): [string, Replacement][] => {
        const found = bySought.get(soughtName(tensor.name, this.naming));
        return found ? [[tensor.name, () => inFormatOf(tensor, found)]] : [];
      });
      return replacedWeights(file, new Map(replaced), metadata);
    });
    return [...files, ...copyBeside(this.#beside)];
  }

  #leaf(path: string): PlacedLeaf {
    const found = this.#leaves.get(path);
    if (!found) throw new Error(`the policy has no leaf ${path}`);
    return found;
  }
}

/** Bytes in the format of a tensor of a file. @throws ProblemError where it cannot hold a value */
async function* inFormatOf(tensor: FileTensor, { values }: MadeTensor): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const part of values()) yield quantise(tensor.dtype as FloatDtype, part, placeOfTensor(tensor));
}

/** The tensors of every leaf. @throws ProblemError as matchTensors does */
function placeLeaves(config: ModelConfig, stored: Stored): Map<string, PlacedLeaf> {
  const forms = leavesOf(config).map((leaf) => ({ leaf, form: formOf(leaf, stored.naming) }));
  const wanted = new Map(forms.flatMap(({ form }) => form.names.flat().map((name) => [name, form.shape] as const)));
  const tensors = matchTensors(wanted, stored.tensors, isUnused);
  return new Map(
    forms.map(({ leaf, form: { names, turned } }) => [
      leaf.path,
      { leaf, tensors: names.map((ofLayer) => ofLayer.map((name) => tensors.get(name)!)), turned },
    ]),
  );
}
