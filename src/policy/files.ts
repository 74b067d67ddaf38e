/** Which of the files that a person dropped make up a policy: the names of tensors tell. */
import { folderOf, nameOf, type StoredFile } from '../containers/stored_file';
import { CONFIG, foldersOf, INDEX, modelName, onlyFolder, unfinishedOf, type WeightFiles } from '../hub/files';
import { openWeights } from '../hub/shards';
import type { TokenizerFiles } from '../hub/source';
import { GEMMA } from '../leaves/gemma';
import { pathOf } from '../leaves/row';
import { outcome, ProblemError, problem } from '../problem';
import { EMBEDDING, isFactor, namingOf, soughtName } from './naming';

/** The files of one policy. */
export interface PolicyFiles {
  /** The last folder of their path that tells one from another; empty where they lie in none. */
  readonly name: string;
  /** Where they lie, with "/" behind it; empty where they lie in none. */
  readonly folder: string;
  readonly weights: WeightFiles;
  /** Files of tensors beside them that hold no weights of a policy. */
  readonly others: readonly StoredFile[];
  readonly tokenizer: TokenizerFiles;
}

const isEmbedding = (sought: string) => sought === EMBEDDING || sought === pathOf(GEMMA.embedding);
const isSafetensors = ({ path }: StoredFile) => path.endsWith('.safetensors');

/** Whether there is a policy among files. One that cannot be read is none, and is refused by whoever opens it as something else. */
export async function isPolicy(files: readonly StoredFile[]): Promise<boolean> {
  for (const file of files.filter(isSafetensors)) {
    try {
      if (await hasPolicy(file)) return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
  return false;
}

/**
 * Folders in which the weights of a policy lie, with "/" behind them; "" where they lie in none. An adapter that was trained with the paths
 * of a policy lacks its embedding, or has factors of LoRA.
 */
export async function policyFolders(files: readonly StoredFile[]): Promise<string[]> {
  const names = new Map<string, string[]>();
  for (const file of files.filter(isSafetensors)) {
    const read = await outcome(async () => [...(await openWeights(file)).places.keys()]);
    const folder = folderOf(file.path);
    names.set(folder, [...(names.get(folder) ?? []), ...(read.ok ? read.value : [])]); // who opens a damaged one refuses it
  }
  return [...names].flatMap(([folder, all]) => (isWhole(all) ? [folder] : []));
}

function isWhole(names: readonly string[]): boolean {
  const naming = namingOf(names);
  if (naming === null || names.some(isFactor)) return false;
  return names.some((name) => isEmbedding(soughtName(name, naming)));
}

const hasPolicy = async (file: StoredFile) => namingOf((await openWeights(file)).places.keys()) !== null;

/** @throws ProblemError where there is no policy among the files, or more than one, or one cannot be read */
export async function findPolicy(given: readonly StoredFile[]): Promise<PolicyFiles> {
  const folders = foldersOf(given);
  const policies = new Map<string, readonly StoredFile[]>();
  for (const [folder, beside] of folders) {
    const found: StoredFile[] = [];
    for (const file of [...beside.values()].filter(isSafetensors)) if (await hasPolicy(file)) found.push(file);
    if (found.length > 0) policies.set(folder, found);
  }
  const folder = await onlyFolder([...policies.keys()], given);
  if (folder === null)
    throw problem(
      'There is no π0 or π0.5 among the files.',
      given.find(isSafetensors)?.path,
      'Choose the folder of a checkpoint of openpi’s or LeRobot’s: model.safetensors and what lies beside it.',
    );
  const beside = folders.get(folder)!;
  const found = policies.get(folder)!;
  const others = [...beside.values()].filter((file) => isSafetensors(file) && !found.includes(file));
  const isWanted = (file: StoredFile) => beside.has(INDEX) || !others.includes(file);
  return {
    name: modelName(folder),
    folder: folder === '' ? '' : `${folder}/`,
    weights: {
      beside: new Map([...beside].filter(([, file]) => isWanted(file))),
      config: beside.get(CONFIG) ?? null,
      unfinished: unfinishedOf(given),
    },
    others,
    tokenizer: tokenizerOf(beside, given),
  };
}

/** The tokenizer beside a policy, or the only one elsewhere: checkpoints come without, since PaliGemma has it. */
function tokenizerOf(beside: ReadonlyMap<string, StoredFile>, given: readonly StoredFile[]): TokenizerFiles {
  const all = given.filter(({ path }) => nameOf(path) === 'tokenizer.json');
  const tokenizer = beside.get('tokenizer.json') ?? (all.length === 1 ? all[0]! : null);
  const folder = tokenizer && folderOf(tokenizer.path);
  const config = given.find(({ path }) => path === `${folder}tokenizer_config.json`) ?? null;
  return { tokenizer, config, template: null };
}
