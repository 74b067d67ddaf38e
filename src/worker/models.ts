import type { KnownBase, OpenHubBase } from '../adapter/adapter';
import { type Base, tokenizerOf } from '../base/base';
import type { OpenedModel } from '../base/catalogue';
import { OpenedBase } from '../base/opened';
import { PolicyBase } from '../base/policy_base';
import { sha256Of } from '../containers/sha256';
import { folderOf, nameOf, type StoredFile } from '../containers/stored_file';
import { CARD, licenceInCard } from '../hub/licence';
import { openModel } from '../hub/open_model';
import type { ModelSource } from '../hub/source';
import { MODEL_TEXTS } from '../kept/store';
import { pi0Config } from '../model/config';
import { leavesOf } from '../model/tree';
import { openPolicy } from '../policy/checkpoint';
import { isPolicy } from '../policy/files';
import type { PolicySource } from '../policy/source';
import { type Outcome, outcome, type Problem, ProblemError, problem } from '../problem';
import { collectFiles } from '../recording/files';
import type { FileInFolder } from '../recording/report';
import { actions } from '../tasks/actions/task';
import { text } from '../tasks/text/task';
import type { ChatTokenizer } from '../tokens/chat_template';

/** A model that is open, with what was read of it when it was opened. */
interface Opened {
  readonly base: OpenedBase | PolicyBase;
  /** A large vocabulary takes seconds. A policy may come without. */
  readonly tokenizer: Outcome<ChatTokenizer>;
  /** All files of its own, as they lie where they were opened. */
  readonly files: readonly StoredFile[];
}

/** Models that a person has opened on this page. */
export class Models {
  readonly #opened = new Map<string, Opened>();

  /**
   * Opens a model: its configuration, the headers of its weights, its tokenizer. Weights are read as openModel() says. A
   * tokenizer alone belongs to the policy that was opened last and has none.
   * @throws ProblemError that says what keeps it from being trained
   */
  async open(given: readonly FileInFolder[]): Promise<OpenedModel> {
    const problems: Problem[] = [];
    const files = this.#withPolicy(await collectFiles(given, problems));
    const { opened, told } = (await isPolicy(files)) ? await policyAmong(files) : await modelAmong(files);
    const { id } = opened.base.summary;
    this.#opened.delete(id); // what is opened again is the latest
    this.#opened.set(id, opened);
    return { ...told, notes: [...problems, ...told.notes] };
  }

  /** @throws ProblemError where it has not been opened since the page was loaded */
  base(id: string): Base {
    return this.#required(id).base;
  }

  /** Its own, opened with it. @throws ProblemError as base() does, and where it came without */
  tokenizer(id: string): ChatTokenizer {
    const { tokenizer } = this.#required(id);
    if (tokenizer.ok) return tokenizer.value;
    throw new ProblemError(tokenizer.problem);
  }

  /** All files of its own, weights among them. @throws ProblemError as base() does */
  files(id: string): readonly StoredFile[] {
    return this.#required(id).files;
  }

  /** Where the weights of a model of the hub lie. @throws ProblemError as base() does @throws Error of a policy */
  source(id: string): ModelSource {
    const { base } = this.#required(id);
    if (base instanceof OpenedBase) return base.source;
    throw new Error(`${base.summary.name} is no model of the hub`);
  }

  /** A policy, as it was opened. @throws ProblemError as base() does @throws Error of a model of the hub */
  policy(id: string): PolicySource {
    const { base } = this.#required(id);
    if (base instanceof PolicyBase) return base.source;
    throw new Error(`${base.summary.name} is no policy`);
  }

  /** A policy as adapters know it, its files read for their hash; nothing where it is not open. @throws ProblemError where one cannot be read */
  async knownPolicy(id: string): Promise<KnownBase[]> {
    const base = this.#opened.get(id)?.base;
    return base instanceof PolicyBase ? [{ id, hash: await base.identify(), modelConfig: base.config }] : [];
  }

  /** The one that was opened last, as adapters know it. Null where none is open. */
  get latest(): OpenHubBase | null {
    const base = [...this.#opened.values()].map((one) => one.base).findLast((one) => one instanceof OpenedBase);
    if (!base) return null;
    const identify = async () => ({ hash: await base.identify(), hub: base.hub });
    return { id: base.summary.id, modelConfig: base.config, identify };
  }

  #required(id: string): Opened {
    const opened = this.#opened.get(id);
    if (opened) return opened;
    throw problem('The model is not open.', 'base', 'Open its folder or file again, under Model.');
  }

  #withPolicy(files: readonly StoredFile[]): readonly StoredFile[] {
    const isTokenizer = ({ path }: StoredFile) => /^tokenizer(_config)?\.json$/.test(nameOf(path));
    if (files.length === 0 || !files.every(isTokenizer)) return files;
    const latest = [...this.#opened.values()].at(-1);
    return latest?.base instanceof PolicyBase && !latest.tokenizer.ok ? [...latest.files, ...files] : files;
  }
}

/** Ids of models that were opened begin with it. */
const OPENED = 'model-';

export const isOpened = (id: string): boolean => id.startsWith(OPENED);

async function modelAmong(all: readonly StoredFile[]): Promise<{ opened: Opened; told: OpenedModel }> {
  const { source, notes } = await openModel(all);
  const base = new OpenedBase(source, { id: idOf(source), licence: licenceOf(source) });
  const tokenizer = await tokenizerOf(base);
  const files = filesOf(
    [...source.tensors.values()].map(({ file }) => file),
    all,
  );
  const { family, depth, width } = source.config;
  const told = {
    ...base.summary,
    task: text.id,
    family,
    depth,
    width,
    fileBytes: source.bytes,
    copyBytes: bytesOf(files),
    storedAs: [...new Set([...source.tensors.values()].map(({ stored }) => stored))].sort(),
    template: tokenizer.chat.ok ? null : tokenizer.chat.problem,
    notes,
  };
  return { opened: { base, tokenizer: { ok: true, value: tokenizer }, files }, told };
}

async function policyAmong(all: readonly StoredFile[]): Promise<{ opened: Opened; told: OpenedModel }> {
  const source = await openPolicy(all);
  const weights = source.files.map(({ path }) => path);
  const card = all.find(({ path }) => path === `${folderOf(weights[0]!)}${CARD}`);
  const licence = (await licenceInCard(card)) ?? OWN_LICENCE;
  const base = new PolicyBase(source, { id: idOfPolicy(source), licence });
  const tokenizer = await outcome(() => tokenizerOf(base));
  const { tokenizer: words, config: wordsConfig } = source.tokenizer;
  const elsewhere = [words, wordsConfig].filter((file) => file !== null);
  const files = [...new Set([...filesOf(weights, all), ...elsewhere])];
  const { depth, width } = pi0Config(source.config).backbone;
  const told = {
    ...base.summary,
    task: actions.id,
    family: source.config.pi05 ? 'π0.5' : 'π0',
    naming: source.naming,
    depth,
    width,
    fileBytes: source.bytes,
    copyBytes: bytesOf(files),
    storedAs: [...new Set(leavesOf(source.config).map(({ path }) => source.storedAs(path)))].sort(),
    template: null,
    notes: [...(tokenizer.ok ? [] : [tokenizer.problem]), ...source.warnings],
  };
  return { opened: { base, tokenizer, files }, told };
}

/** The same files have the same id whenever they are opened, wherever they lie, so that runs and adapters find their base again. */
function idOf({ config, tensors, bytes }: ModelSource): string {
  const named = [...tensors].sort().map(([name, tensor]) => [name, { ...tensor, file: nameOf(tensor.file) }]);
  return idFrom([config, named, bytes]);
}

const idOfPolicy = ({ config, naming, files }: PolicySource): string =>
  idFrom([config, naming, files.map(({ path, bytes }) => [nameOf(path), bytes])]);

const idFrom = (known: readonly unknown[]): string => `${OPENED}${sha256Of(JSON.stringify(known)).slice(0, 16)}`;

/** Of what was given, the weights that are read and what says more of them beside. */
function filesOf(read: readonly string[], given: readonly StoredFile[]): StoredFile[] {
  const weights = new Set(read);
  const folders = new Set(read.map(folderOf));
  const isText = ({ path }: StoredFile) => folders.has(folderOf(path)) && MODEL_TEXTS.test(nameOf(path));
  return given.filter((file) => weights.has(file.path) || isText(file));
}

const bytesOf = (files: readonly StoredFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

const OWN_LICENCE = 'that of the model, in its folder';

/** Gemma's terms ask for a notice; of other models the folder's own licence counts. */
const licenceOf = ({ config, licence }: ModelSource): string =>
  config.family.startsWith('gemma') ? 'Gemma Terms of Use (ai.google.dev/gemma/terms)' : (licence ?? OWN_LICENCE);
