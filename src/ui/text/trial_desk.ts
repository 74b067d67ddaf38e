import type { GenerateRequest, ListedAdapter } from '../../worker/api';
import { ask, type Desk } from '../bench/desk';

/** Text from base and adapter for one prompt tried by hand. */
export interface Trial {
  readonly prompt: string;
  readonly base: string;
  readonly adapter: string;
  /** Tokens a second of each; 0 where it is not known. */
  readonly speed: { readonly base: number; readonly adapter: number };
  readonly writing: boolean;
}

/** The adapter that is tried on prompts. */
export class TrialDesk {
  /** Id of the adapter in the try box; 'current' is the run in progress. */
  chosen: string | null = null;
  trial: Trial | null = null;
  /** The prompt in the try box; null: nobody typed any. */
  prompt: string | null = null;

  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** @param prompt what stands in the try box from now on; where it is absent, what stood there stays */
  choose(id: string, prompt?: string): void {
    this.chosen = id;
    this.prompt = prompt ?? this.prompt;
    this.trial = null;
    this.#desk.changed();
  }

  /** Chooses the first of these where the one that was chosen is no longer kept. `list`: all; `own`: those of this task. */
  follow(list: readonly ListedAdapter[], own: readonly ListedAdapter[]): void {
    if (this.chosen !== 'current' && !list.some((adapter) => adapter.id === this.chosen))
      this.chosen = own[0]?.id ?? null;
  }

  /** The run in progress is over and left no adapter. */
  forgetCurrent(): void {
    if (this.chosen === 'current') this.chosen = null;
  }

  async generate(request: GenerateRequest): Promise<void> {
    this.trial = { prompt: request.prompt, base: '', adapter: '', speed: { base: 0, adapter: 0 }, writing: true };
    this.#desk.changed();
    let mine = this.trial;
    await ask(this.#desk, 'adapter', 'generate', () =>
      this.#desk.trainer.generate(request, (text) => {
        if (this.trial !== mine) return;
        const speed = { ...mine.speed, [text.from]: text.tokensPerSecond };
        mine = { ...mine, [text.from]: text.text, speed };
        this.trial = mine;
        this.#desk.changed();
      }),
    );
    if (this.trial === mine) {
      mine = { ...mine, writing: false }; // words travel on another port than the answer: the last may come after it
      this.trial = mine;
    }
    this.#desk.changed();
  }

  async stopGenerating(): Promise<void> {
    await ask(this.#desk, 'adapter', 'generate', () => this.#desk.trainer.stopGenerating());
  }
}
