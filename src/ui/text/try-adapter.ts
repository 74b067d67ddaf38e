import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ListedAdapter } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import './sample-text';
import { shared } from '../parts/styles';
import { perSecond } from '../words/format';
import type { TextParts } from './parts';
import type { Trial } from './trial_desk';
import { words as own } from './words';

/** What is tried where nobody chose anything. */
const tryDefaults = { maxTokens: 80, temperature: 0.7, topK: 0, topP: 1, seed: 7 } as const;

/** A prompt, continued by base and adapter side by side. */
@customElement('try-adapter')
export class TryAdapter extends BenchElement {
  @property({ attribute: false }) view!: TextParts;
  @state() private chat: boolean | null = null;
  @state() private temperature = String(tryDefaults.temperature);
  @state() private topK = String(tryDefaults.topK);
  @state() private topP = String(tryDefaults.topP);
  @state() private maxTokens = String(tryDefaults.maxTokens);
  @state() private missing = false;

  static override styles = [
    shared,
    css`
      .prompt {
        display: block;
        font-weight: 500;
        margin: 8px 0 4px;
      }
      .options {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
        align-items: center;
        margin: 8px 0;
        color: var(--ink-2);
      }
      .options label {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .options input[type='text'] {
        width: 64px;
      }
      sample-text {
        margin-top: 12px;
      }
    `,
  ];

  override render() {
    const words = own.adapter;
    const { trial: desk } = this.view;
    const { trial, chosen } = desk;
    const name = chosen === 'current' ? words.current : (this.#adapter?.name ?? '');
    return html`
      <h3>${words.tryTitle(name)}</h3>
      <label class="prompt" for="prompt">${words.prompt}</label>
      <textarea
        id="prompt"
        rows="2"
        placeholder=${words.promptHint}
        aria-invalid=${this.missing}
        aria-describedby="missing"
        .value=${this.#prompt}
        @input=${this.#onPrompt}
      ></textarea>
      <p class="wrong" id="missing" role="status">${this.missing ? words.noPrompt : nothing}</p>
      ${this.#options()}
      <div class="row">
        ${
          trial?.writing
            ? html`<button @click=${() => void desk.stopGenerating()}>${icons.stop} ${words.stop}</button>
                <span class="hint" role="status">${words.writing}</span>`
            : html`<button class="primary" ?disabled=${this.bench.device?.usable === false} @click=${() => void this.#generate()}>${words.generate}</button>`
        }
      </div>
      ${
        trial
          ? html`<sample-text .prompt=${trial.prompt} .base=${trial.base} .adapter=${trial.adapter} ?writing=${trial.writing}></sample-text>
              <p class="meta">${speedWords(trial)}</p>`
          : nothing
      }
    `;
  }

  #options() {
    const words = own.adapter;
    return html`<div class="options">
      <label title=${words.chatMeaning}>
        <input
          type="checkbox"
          .checked=${this.#chat}
          @change=${(event: Event) => {
            this.chat = (event.target as HTMLInputElement).checked;
          }}
        />
        ${words.chat}
      </label>
      <label title=${words.temperatureMeaning}>
        ${words.temperature}
        <input
          type="text"
          inputmode="decimal"
          .value=${this.temperature}
          aria-invalid=${!validTemperature(this.temperature)}
          @input=${(event: Event) => {
            this.temperature = textOf(event);
          }}
        />
      </label>
      ${this.#number(words.topK, words.topKMeaning, this.topK, validCount, (text) => {
        this.topK = text;
      })}
      ${this.#number(words.topP, words.topPMeaning, this.topP, validShare, (text) => {
        this.topP = text;
      })}
      <label>
        ${words.maxTokens}
        <input
          type="text"
          inputmode="numeric"
          .value=${this.maxTokens}
          aria-invalid=${!validLength(this.maxTokens)}
          @input=${(event: Event) => {
            this.maxTokens = textOf(event);
          }}
        />
        ${words.maxTokensUnit}
      </label>
    </div>`;
  }

  #number(
    name: string,
    meaning: string,
    value: string,
    valid: (text: string) => boolean,
    typed: (text: string) => void,
  ) {
    return html`<label title=${meaning}>
      ${name}
      <input
        type="text"
        inputmode="decimal"
        .value=${value}
        aria-invalid=${!valid(value)}
        @input=${(event: Event) => typed(textOf(event))}
      />
    </label>`;
  }

  get #adapter(): ListedAdapter | undefined {
    return this.bench.adapters.list.find(({ id }) => id === this.view.trial.chosen);
  }

  get #prompt(): string {
    return this.view.trial.prompt ?? this.view.samplePrompt;
  }

  get #chat(): boolean {
    return this.chat ?? this.view.source.report?.chat ?? false;
  }

  #onPrompt(event: Event): void {
    this.view.trial.prompt = textOf(event);
    this.missing = false;
  }

  get #valid(): boolean {
    return (
      validTemperature(this.temperature) &&
      validCount(this.topK) &&
      validShare(this.topP) &&
      validLength(this.maxTokens)
    );
  }

  async #generate(): Promise<void> {
    const { base } = this.bench;
    const prompt = this.#prompt;
    this.missing = prompt.trim() === '';
    if (this.missing || base === null || !this.#valid) return;
    const { trial } = this.view;
    await trial.generate({
      prompt,
      chat: this.#chat,
      adapter: trial.chosen,
      base: this.#adapter?.base ?? base,
      maxTokens: Number(this.maxTokens),
      temperature: Number(this.temperature),
      topK: Number(this.topK),
      topP: Number(this.topP),
      seed: tryDefaults.seed,
    });
  }
}

function speedWords({ speed }: Trial): string {
  const told = (['base', 'adapter'] as const).filter((from) => speed[from] > 0);
  return told.map((from) => own.adapter.speed[from](perSecond(speed[from]))).join(' · ');
}

const validTemperature = (text: string): boolean => text.trim() !== '' && Number(text) >= 0 && Number(text) <= 5;
const validCount = (text: string): boolean => /^\d{1,6}$/.test(text.trim());
const validShare = (text: string): boolean => Number(text) > 0 && Number(text) <= 1;
const validLength = (text: string): boolean =>
  Number.isInteger(Number(text)) && Number(text) >= 1 && Number(text) <= 2048;
