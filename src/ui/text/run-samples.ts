import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { idleRun, isActive, type RunState, type TextSample } from '../state/run_state';
import { count } from '../words/format';
import './sample-text';
import { words } from './words';

/** What base and adapter write at a moment of a run, in large type; where several prompts are watched, one at a time. */
@customElement('run-samples')
export class RunSamples extends LitElement {
  @property({ attribute: false }) run: RunState = idleRun;
  /** The evaluation that is looked at, by its step; null before the first. */
  @property({ attribute: false }) moment: number | null = null;
  @state() private picked: string | null = null;

  static override styles = [
    shared,
    css`
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-bottom: 8px;
        color: var(--ink-2);
      }
      select {
        width: auto;
        min-width: 0;
        flex: 1;
        max-width: 480px;
      }
      .marks {
        margin-top: 4px;
        min-height: 16px; /* also where nothing is marked: what is below stays where it is */
      }
      .marks mark {
        color: inherit;
        background: var(--trainable-soft);
        text-decoration: underline dotted var(--trainable);
        text-underline-offset: 3px;
      }
    `,
  ];

  override render() {
    const { settings, samples } = this.run;
    const prompts = settings?.task === 'text' ? settings.samplePrompts : [];
    const prompt = prompts.find((one) => one === this.picked) ?? prompts[0];
    if (prompt === undefined) return nothing;
    return html`${prompts.length > 1 ? this.#choice(prompts, prompt) : nothing}
    ${this.#sample(
      prompt,
      samples.filter((sample) => sample.prompt === prompt),
    )}`;
  }

  #choice(prompts: readonly string[], chosen: string) {
    return html`<label>
      ${words.sample.prompt}
      <select @change=${this.#onPick}>
        ${prompts.map((prompt) => html`<option value=${prompt} ?selected=${prompt === chosen}>${prompt}</option>`)}
      </select>
    </label>`;
  }

  #sample(prompt: string, written: readonly TextSample[]) {
    const { sample: said } = words;
    const at = this.moment ?? 0;
    const now = written.find(({ step }) => step === at);
    const base = now?.base ?? written[0]?.base;
    const earlier = written.findLast(({ step }) => step < at)?.adapter ?? null;
    const isNew = now !== undefined && earlier !== null && now.adapter !== earlier;
    return html`<sample-text
        large
        .prompt=${prompt}
        .base=${base ?? ''}
        .adapter=${now?.adapter ?? ''}
        .earlier=${earlier}
        .baseMissing=${base === undefined ? this.#missing() : ''}
        .adapterMissing=${now ? '' : this.#missing()}
        .when=${this.moment === null ? '' : at === 0 ? said.beforeTraining : said.atStep(count(at))}
      ></sample-text>
      <p class="meta marks">${isNew ? html`<mark>${said.marked}</mark> ${said.markedMeaning}` : nothing}</p>`;
  }

  /** Why nothing is written at this moment. */
  #missing(): string {
    const { sample } = words;
    const { run, moment } = this;
    const next = run.settings ? Math.min(run.settings.evaluateEvery, run.settings.steps) : 0;
    if (run.samples.length === 0 && isActive(run) && run.step <= next) return sample.waiting(count(next));
    return moment === 0 && run.samples.length > 0 ? sample.noAdapterYet : sample.notKept;
  }

  #onPick(event: Event): void {
    this.picked = (event.target as HTMLSelectElement).value;
  }
}
