import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import { frameAt, lastOf } from './curve_data';
import { seconds } from './look_format';
import { words } from './words_look';

/** The place in an episode: a range to move, and a button that plays it at its own rate. Never plays by itself. */
@customElement('time-scrubber')
export class TimeScrubber extends LitElement {
  /** (F): seconds of the frames. */
  @property({ attribute: false }) times: ArrayLike<number> = [];
  @property({ type: Number }) frame = 0;
  @state() private playing = false;

  /** Moments at which playing began: of the clock, milliseconds; of the episode, seconds. */
  #since = { clock: 0, episode: 0 };
  #turn = 0;

  static override styles = [
    shared,
    css`
      .bar {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 4px 12px;
        align-items: center;
      }
      input {
        width: 100%;
        min-height: 32px;
        margin: 0;
        cursor: pointer;
      }
      output {
        text-align: end;
        white-space: nowrap;
        min-width: 15ch;
      }
      button {
        min-width: 88px;
      }
      @media (max-width: 479px) {
        .bar {
          grid-template-columns: auto minmax(0, 1fr);
        }
        input {
          grid-column: 1 / -1;
          grid-row: 1;
        }
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('times') && this.playing) this.#stop();
  }

  override render() {
    const { times, frame } = this;
    const last = Math.max(0, times.length - 1);
    const now = seconds(times[frame] ?? 0);
    const place = words.frameOf(count(frame), count(last));
    return html`<div class="bar">
      <button @click=${() => (this.playing ? this.#stop() : this.#play())}>
        ${this.playing ? icons.pause : icons.play} ${this.playing ? words.pause : words.play}
      </button>
      <input
        type="range"
        min="0"
        max=${last}
        step="1"
        .value=${String(frame)}
        aria-label=${words.place}
        aria-valuetext=${`${now}, ${place}`}
        @input=${this.#onInput}
      />
      <output><b>${now}</b> <span class="meta">/ ${seconds(lastOf(times))} · ${place}</span></output>
    </div>`;
  }

  #onInput(event: Event): void {
    this.#stop();
    this.#seek(Number((event.target as HTMLInputElement).value));
  }

  #play(): void {
    const atEnd = this.frame >= this.times.length - 1;
    if (atEnd) this.#seek(0);
    this.#since = { clock: performance.now(), episode: atEnd ? 0 : (this.times[this.frame] ?? 0) };
    this.playing = true;
    this.#tell();
    this.#turn = requestAnimationFrame(this.#step);
  }

  #stop(): void {
    cancelAnimationFrame(this.#turn);
    if (!this.playing) return;
    this.playing = false;
    this.#tell();
  }

  #step = (): void => {
    const { clock, episode } = this.#since;
    const frame = frameAt(episode + (performance.now() - clock) / 1000, this.times);
    if (frame !== this.frame) this.#seek(frame);
    if (frame >= this.times.length - 1) this.#stop();
    else this.#turn = requestAnimationFrame(this.#step);
  };

  #seek(frame: number): void {
    this.frame = frame;
    this.dispatchEvent(new CustomEvent<number>('seek', { detail: frame }));
  }

  #tell(): void {
    this.dispatchEvent(new CustomEvent<boolean>('playing', { detail: this.playing }));
  }
}
