import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { tryDefaults } from '../state/defaults';
import '../run/sample-text';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** A prompt, continued by base and adapter side by side. */
@customElement('try-adapter')
export class TryAdapter extends BenchElement {
  @state() private prompt: string | null = null;
  @state() private chat: boolean | null = null;
  @state() private temperature = String(tryDefaults.temperature);
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
    const words = strings.adapter;
    const { adapters } = this.bench;
    const { trial } = adapters;
    const name =
      adapters.chosen === 'current'
        ? words.current
        : (adapters.list.find((adapter) => adapter.id === adapters.chosen)?.name ?? '');
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
            ? html`<button @click=${() => void adapters.stopGenerating()}>${icons.stop} ${words.stop}</button>
                <span class="hint" role="status">${words.writing}</span>`
            : html`<button class="primary" ?disabled=${this.bench.device?.usable === false} @click=${() => void this.#generate()}>${words.generate}</button>`
        }
      </div>
      ${
        trial
          ? html`<sample-text .prompt=${trial.prompt} .base=${trial.base} .adapter=${trial.adapter} ?writing=${trial.writing}></sample-text>`
          : nothing
      }
    `;
  }

  #options() {
    const words = strings.adapter;
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

  get #prompt(): string {
    return this.prompt ?? this.bench.samplePrompt;
  }

  get #chat(): boolean {
    return this.chat ?? this.bench.data.report?.chat ?? false;
  }

  #onPrompt(event: Event): void {
    this.prompt = textOf(event);
    this.missing = false;
  }

  async #generate(): Promise<void> {
    const { base, adapters } = this.bench;
    const prompt = this.#prompt;
    this.missing = prompt.trim() === '';
    if (this.missing || base === null || !validTemperature(this.temperature) || !validLength(this.maxTokens)) return;
    const chosen = adapters.list.find((adapter) => adapter.id === adapters.chosen);
    await adapters.generate({
      prompt,
      chat: this.#chat,
      adapter: adapters.chosen,
      base: chosen?.base ?? base,
      maxTokens: Number(this.maxTokens),
      temperature: Number(this.temperature),
      seed: tryDefaults.seed,
    });
  }
}

const validTemperature = (text: string): boolean => text.trim() !== '' && Number(text) >= 0 && Number(text) <= 5;
const validLength = (text: string): boolean =>
  Number.isInteger(Number(text)) && Number(text) >= 1 && Number(text) <= 2048;
