import { type Base, fetchBase, tokenizerOf } from '../base/base';
import { type Gpu, requestGpu } from '../gpu/device';
import { problem } from '../problem';
import { tasks } from '../tasks/registry';
import type { ChatTokenizer } from '../tokens/chat_template';
import { isOpened, Models } from './models';
import { siteFolder } from './site';

/** The bases that this build ships, each for its task. */
export const SHIPPED = Object.values(tasks).flatMap(({ id: task, bases }) => bases.map((id) => ({ id, task })));

/** Their ids. */
export const BASES: readonly string[] = SHIPPED.map(({ id }) => id);

/** What calls share: the GPU and the bases, each fetched once. A failed attempt is tried again. */
export class Session {
  #gpuAttempt: Promise<Gpu> | null = null;
  readonly #bases = new Map<string, Promise<Base>>();
  readonly #tokenizers = new Map<string, Promise<ChatTokenizer>>();

  /** The device; a new one after the old one was lost. */
  gpu(): Promise<Gpu> {
    this.#gpuAttempt ??= requestGpu().then(
      (gpu) => {
        void gpu.device.lost.then(() => {
          this.#gpuAttempt = null;
        });
        return gpu;
      },
      (error: unknown) => {
        this.#gpuAttempt = null;
        throw error;
      },
    );
    return this.#gpuAttempt;
  }

  /** Models that a person has brought. */
  readonly models = new Models();

  base(id: string): Promise<Base> {
    if (isOpened(id)) return Promise.resolve().then(() => this.models.base(id));
    if (!BASES.includes(id)) {
      throw problem(`There is no base "${id}" in this build.`, 'base', `Choose one of: ${BASES.join(', ')}.`);
    }
    const known = this.#bases.get(id);
    if (known) return known;
    const attempt = fetchBase(id, siteFolder(`base/${id}`));
    attempt.catch(() => this.#bases.delete(id));
    this.#bases.set(id, attempt);
    return attempt;
  }

  async tokenizer(id: string): Promise<ChatTokenizer> {
    if (isOpened(id)) return this.models.tokenizer(id);
    const known = this.#tokenizers.get(id);
    if (known) return known;
    const attempt = this.base(id).then(tokenizerOf);
    attempt.catch(() => this.#tokenizers.delete(id));
    this.#tokenizers.set(id, attempt);
    return attempt;
  }
}
