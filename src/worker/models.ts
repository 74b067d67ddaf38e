import type { OpenHubBase } from '../adapter/adapter';
import { tokenizerOf } from '../base/base';
import type { OpenedModel } from '../base/catalogue';
import { OpenedBase } from '../base/opened';
import { Sha256 } from '../containers/sha256';
import { folderOf, nameOf, type StoredFile } from '../containers/stored_file';
import { openModel } from '../hub/open_model';
import type { ModelSource } from '../hub/source';
import { MODEL_TEXTS } from '../kept/store';
import { type Problem, problem } from '../problem';
import { collectFiles } from '../recording/files';
import type { FileInFolder } from '../recording/report';
import { text } from '../tasks/text/task';
import type { ChatTokenizer } from '../tokens/chat_template';

/** Models that a person has opened on this page. */
export class Models {
  readonly #opened = new Map<string, OpenedBase>();
  readonly #tokenizers = new Map<string, ChatTokenizer>();
  /** The files of each, as they lie where they were opened. */
  readonly #files = new Map<string, readonly StoredFile[]>();

  /**
   * Opens a model: its configuration, the headers of its weights, its tokenizer. Weights are read as openModel() says.
   * @throws ProblemError that says what keeps it from being trained
   */
  async open(given: readonly FileInFolder[]): Promise<OpenedModel> {
    const problems: Problem[] = [];
    const all = await collectFiles(given, problems);
    const { source, notes } = await openModel(all);
    const base = new OpenedBase(source, { id: idOf(source), licence: licenceOf(source) });
    const tokenizer = await tokenizerOf(base);
    this.#tokenizers.set(base.summary.id, tokenizer);
    this.#opened.delete(base.summary.id); // what is opened again is the latest
    this.#opened.set(base.summary.id, base);
    const files = filesOf(source, all);
    this.#files.set(base.summary.id, files);
    const { family, depth, width } = source.config;
    return {
      ...base.summary,
      task: text.id,
      family,
      depth,
      width,
      fileBytes: source.bytes,
      copyBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      storedAs: [...new Set([...source.tensors.values()].map(({ stored }) => stored))].sort(),
      template: tokenizer.chat.ok ? null : tokenizer.chat.problem,
      notes: [...problems, ...notes],
    };
  }

  /** @throws ProblemError where it has not been opened since the page was loaded */
  base(id: string): OpenedBase {
    const base = this.#opened.get(id);
    if (base) return base;
    throw problem('The model is not open.', 'base', 'Open its folder or file again, under Model.');
  }

  /** Its own, opened with it: a large vocabulary takes seconds. @throws ProblemError as base() does */
  tokenizer(id: string): ChatTokenizer {
    this.base(id);
    return this.#tokenizers.get(id)!;
  }

  /** All files of its own, weights among them. @throws ProblemError as base() does */
  files(id: string): readonly StoredFile[] {
    this.base(id);
    return this.#files.get(id)!;
  }

  /** The one that was opened last, as adapters know it. Null where none is open. */
  get latest(): OpenHubBase | null {
    const base = [...this.#opened.values()].at(-1);
    if (!base) return null;
    const identify = async () => ({ hash: await base.identify(), hub: base.hub });
    return { id: base.summary.id, modelConfig: base.config, identify };
  }
}

/** Ids of models that were opened begin with it. */
const OPENED = 'model-';

export const isOpened = (id: string): boolean => id.startsWith(OPENED);

/** The same files have the same id whenever they are opened, wherever they lie, so that runs and adapters find their base again. */
function idOf({ config, tensors, bytes }: ModelSource): string {
  const hash = new Sha256();
  const named = [...tensors].sort().map(([name, tensor]) => [name, { ...tensor, file: nameOf(tensor.file) }]);
  hash.update(new TextEncoder().encode(JSON.stringify([config, named, bytes])));
  return `${OPENED}${hash.digest().slice(0, 16)}`;
}

/** Of what was given, the weights that are read and what says more of them beside. */
function filesOf({ tensors }: ModelSource, given: readonly StoredFile[]): StoredFile[] {
  const weights = new Set([...tensors.values()].map(({ file }) => file));
  const folders = new Set([...weights].map(folderOf));
  const isText = ({ path }: StoredFile) => folders.has(folderOf(path)) && MODEL_TEXTS.test(nameOf(path));
  return given.filter((file) => weights.has(file.path) || isText(file));
}

/** Gemma's terms ask for a notice; of other models the folder's own licence counts. */
const licenceOf = ({ config, licence }: ModelSource): string =>
  config.family.startsWith('gemma')
    ? 'Gemma Terms of Use (ai.google.dev/gemma/terms)'
    : (licence ?? 'that of the model, in its folder');
