import type { HubBase, PolicyOrigin } from '../adapter/summary';
import { readSafetensors, toFloat32 } from '../containers/safetensors';
import { sha256OfBytes } from '../containers/sha256';
import type { WeightType } from '../gpu/tensor';
import type { Progress } from '../hub/source';
import { type AnyConfig, checkConfig, type ModelConfig, openpiConfig } from '../model/config';
import { configOf, type ModelFile } from '../model/config_file';
import type { LeafValues } from '../model/load';
import { countParameters, leavesOf } from '../model/tree';
import { problem } from '../problem';
import type { FrozenWeights } from '../settings/text';
import { type ChatTokenizer, openChatTokenizer } from '../tokens/chat_template';
import type { TokenizerFiles } from '../tokens/tokenizer_json';
import type { ActionsForm, BaseSummary } from './catalogue';
import { fetchBytes, fetchJson } from './site_files';
import { type BaseWeights, heldWeights, type LayerWeights } from './weights';

/** A frozen base: its sizes, its weights, its tokenizer. */
export interface Base {
  readonly summary: BaseSummary;
  /** Without LoRA. */
  readonly config: AnyConfig;
  readonly weights: BaseWeights;
  /** How a leaf lies that is frozen, by what a run chooses; all in bf16 where it is not said. */
  readonly storedAs?: (weights?: FrozenWeights) => (path: string) => WeightType;
  /**
   * SHA-256 of the weights' file, hexadecimal: which base an adapter belongs to. Null of a model that a person has opened
   * whose files have not been read yet.
   */
  readonly hash: string | null;
  /** What says how it reads and writes text. @throws ProblemError where a file is missing or damaged */
  readonly tokenizerFiles: () => Promise<TokenizerFiles>;
  /** Only of a base of the actions task. */
  readonly actions?: ActionsForm;
  /** Its leaves by path. Only of a base that ships with the page. */
  readonly values?: ReadonlyMap<string, LeafValues>;
  /** Its weights, layer after layer. Only of a base of the actions task. */
  readonly layers?: LayerWeights;
  /** Reads the files of a base that a person has opened for their hash, where nothing has read them yet. */
  readonly identify?: (progress?: (progress: Progress) => void) => Promise<string>;
  /** Only of a model of the hub, which a person has opened: what its adapters say of it. */
  readonly hub?: HubBase;
  /** Only of a policy, which a person has opened: what its adapters say of it. */
  readonly policy?: PolicyOrigin;
}

/** A base without its weights: enough to plan a run. */
export type BaseModel = Pick<Base, 'summary' | 'config' | 'actions' | 'storedAs'>;

/** A base's config.json. */
export interface BaseFile extends ModelFile {
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  /** Of a text base. */
  readonly context?: number;
  readonly heldout_bits_per_byte?: number;
  readonly trained_on?: string;
  /** Of a base of the actions task. */
  readonly cameras?: readonly string[];
  readonly action_horizon?: number;
  readonly max_token_len?: number;
  readonly discrete_state_input?: boolean;
}

/** The hash of a base whose weights are on the GPU, or have been. @throws Error where they have never been read */
export function hashOf({ hash, summary }: Pick<Base, 'hash' | 'summary'>): string {
  if (hash === null) throw new Error(`the weights of ${summary.name} have not been read`);
  return hash;
}

const WHERE = 'base model';

/** Fetches a base's description alone: small, for the catalogue. */
export async function fetchBaseSummary(id: string, folder: URL): Promise<BaseSummary> {
  return summaryOf(id, await fetchJson<BaseFile>(new URL('config.json', folder), WHERE));
}

/**
 * Fetches a base from a folder of this site.
 * @throws ProblemError where a file is missing or does not fit the others
 */
export async function fetchBase(id: string, folder: URL): Promise<Base> {
  const [file, weights, tokenizer, tokenizerConfig] = await Promise.all([
    fetchJson<BaseFile>(new URL('config.json', folder), WHERE),
    fetchBytes(new URL('model.safetensors', folder), WHERE),
    fetchJson<object>(new URL('tokenizer.json', folder), WHERE),
    fetchJson<object>(new URL('tokenizer_config.json', folder), WHERE),
  ]);
  const model = baseModelOf(id, file);
  const values = readWeights(weights, openpiConfig(model.config), `base ${id}`);
  const held = heldWeights(values, file.name);
  return {
    ...model,
    values,
    weights: held,
    layers: held,
    hash: await sha256OfBytes(weights),
    tokenizerFiles: async () => ({ tokenizer, tokenizerConfig }),
  };
}

/** A base's own tokenizer, with its chat template. @throws ProblemError where it does not fit the model */
export const tokenizerOf = async ({ tokenizerFiles, config }: Base): Promise<ChatTokenizer> =>
  openChatTokenizer(await tokenizerFiles(), config.vocabSize);

export function baseModelOf(id: string, file: BaseFile): BaseModel {
  const config = configOf(file);
  checkConfig(config);
  return { summary: summaryOf(id, file), config, ...actionsForm(file) };
}

function actionsForm(file: BaseFile) {
  const { cameras, action_horizon: horizon, max_token_len: promptLength, pi05 } = file;
  if (!cameras || !horizon || !promptLength) return {};
  return { actions: { cameras, horizon, promptLength, ...toldAsTrained(pi05, file.discrete_state_input) } };
}

/** How openpi's configurations tell a π0.5 of its robot, and any other π0. */
export const toldAsTrained = (
  pi05 = false,
  stateInPrompt = pi05,
): Required<Pick<ActionsForm, 'stateInPrompt' | 'normalization'>> => ({
  stateInPrompt,
  normalization: pi05 ? 'quantile' : 'z-score',
});

/** Every leaf of the model, as stored; exactly the leaves that the sizes ask for. */
export function readWeights(bytes: Uint8Array, config: ModelConfig, where: string): Map<string, LeafValues> {
  const { tensors } = readSafetensors(bytes, where);
  const values = new Map<string, LeafValues>();
  for (const { path, shape } of leavesOf(config)) {
    const stored = tensors.get(path);
    if (!stored) throw problem(`The weights lack ${path}.`, where);
    if (stored.shape.join() !== shape.join()) {
      throw problem(`${path} has shape (${stored.shape.join(', ')}); the model needs (${shape.join(', ')}).`, where);
    }
    values.set(path, stored.dtype === 'BF16' ? new Uint16Array(stored.bytes.slice().buffer) : toFloat32(stored, path));
  }
  return values;
}

const summaryOf = (id: string, file: BaseFile): BaseSummary => ({
  id,
  name: file.name,
  description: file.description,
  licence: file.licence,
  parameters: countParameters(leavesOf(configOf(file))),
  vocabularySize: file.vocab_size,
  context: file.context ?? file.max_token_len ?? 0,
  cameras: file.cameras?.length ?? 0,
  heldoutBitsPerByte: file.heldout_bits_per_byte ?? Number.NaN,
  ...(file.trained_on ? { trainedOn: file.trained_on } : {}),
  ...actionsForm(file),
});
