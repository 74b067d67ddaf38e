import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { TaskId } from '../../settings/task';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import '../run/loss-chart';
import { momentsOf, type RecordedRun, runAfter } from '../state/recorded_run';
import { idleRun } from '../state/run_state';
import { count, counted, duration, onDay } from '../words/format';
import { strings } from '../words/strings';
import { loadRecorded } from './load_recorded';

/** Milliseconds that a recording plays, and that its end stays before it begins again. */
const PLAYS = 10_000;
const RESTS = 4000;

/** A run of the sample, recorded, drawn as it went. It keeps its place free until it is loaded. */
@customElement('recorded-run')
export class RecordedRunElement extends BenchElement {
  @state() private recorded: RecordedRun | null = null;
  @state() private failure = '';
  /** Steps that are shown. */
  @state() private step = 0;
  @state() private playing = false;

  #task: TaskId | null = null;
  /** The run as it is shown: the same object as long as it is the same moment, so that its chart is not drawn again for nothing. */
  #run = idleRun;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      figure {
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
        padding: 16px;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        min-height: 32px;
        margin-bottom: 8px;
      }
      .head button {
        flex: none;
      }
      .label {
        font-weight: 600;
      }
      .result {
        margin-bottom: 16px;
      }
      figcaption {
        margin-top: 8px;
        min-height: 32px;
      }
      @media (max-width: 479px) {
        figure {
          padding: 12px;
        }
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#task = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('recorded') || changed.has('step'))
      this.#run = this.recorded ? runAfter(this.recorded, this.step) : idleRun;
    if (this.#task === this.bench.task) return;
    this.#task = this.bench.task;
    void this.#load(this.bench.task);
  }

  override render() {
    const { recorded } = this;
    const words = strings.opening;
    const run = this.#run;
    const { lossTitle, lossMeaning } = this.bench.view.words.run;
    return html`<figure role="figure" aria-label=${words.recording}>
      <div class="head">
        <p><span class="label">${words.recording}</span> <span class="meta">${recorded ? this.#where(recorded) : nothing}</span></p>
        ${recorded ? this.#button() : nothing}
      </div>
      <div class="result">${this.bench.view.recordedResult(run, recorded)}</div>
      <h3 title=${lossMeaning}>${lossTitle}</h3>
      <loss-chart low .run=${run}></loss-chart>
      <figcaption class="hint">${recorded ? this.#caption(recorded) : this.failure}</figcaption>
    </figure>`;
  }

  #where({ steps }: RecordedRun): string {
    return strings.run.step(count(this.step), count(steps));
  }

  #button() {
    const { pause, play } = strings.opening;
    return html`<button @click=${this.#toggle}>${this.playing ? icons.pause : icons.play} ${this.playing ? pause : play}</button>`;
  }

  #caption({ sample, recordedOn, steps, seconds, device, software }: RecordedRun): string {
    const title = this.bench.samples.find(({ id }) => id === sample)?.title ?? sample;
    const { caption, softwareGpu } = strings.opening;
    const on = software ? softwareGpu : device;
    return caption(title, onDay(recordedOn), counted(steps, 'step'), duration(seconds), on);
  }

  async #load(task: TaskId): Promise<void> {
    clearTimeout(this.#timer);
    this.recorded = null;
    this.failure = '';
    try {
      const recorded = await loadRecorded(task);
      if (this.#task !== task) return; // another task is shown by now, or the page has gone on
      this.recorded = recorded;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      this.step = still ? recorded.steps : 0;
      this.playing = !still;
      this.#tick();
    } catch (error) {
      if (this.#task === task) this.failure = `${strings.opening.failed} ${String(error)}`;
    }
  }

  /** Waits for the next step where it plays; at the end a little, and then it begins again. */
  #tick(): void {
    clearTimeout(this.#timer);
    const { recorded } = this;
    if (!recorded || !this.playing) return;
    const atEnd = this.step >= recorded.steps;
    const next = (): void => {
      this.step = atEnd ? 0 : this.step + 1;
      this.#tick();
    };
    this.#timer = setTimeout(next, atEnd ? RESTS : PLAYS / momentsOf(recorded));
  }

  #toggle(): void {
    this.playing = !this.playing;
    if (this.playing && this.recorded && this.step >= this.recorded.steps) this.step = 0;
    this.#tick();
  }
}
