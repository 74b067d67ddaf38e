import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import type { Moment } from '../state/moments';
import { count, loss } from '../words/format';
import { strings } from '../words/strings';

/**
 * All evaluations of a run, one behind the other: picked with a press, by drawing the mouse over them, or with the arrow keys.
 * Fires `pick` with a step, or with null to follow the latest.
 */
@customElement('moment-strip')
export class MomentStrip extends LitElement {
  @property({ attribute: false }) moments: readonly Moment[] = [];
  /** The one that is looked at, by its step. */
  @property({ attribute: false }) moment: number | null = null;
  /** There is a latest to follow, and it is not followed. */
  @property({ type: Boolean }) behind = false;
  /** The first is still to come: its place is kept. */
  @property({ type: Boolean }) waiting = false;

  static override styles = [
    shared,
    css`
      fieldset {
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      legend {
        padding: 0;
        margin-bottom: 4px;
      }
      .strip {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .track {
        flex: 1 1 240px;
        min-width: 0;
        display: flex;
        overflow-x: auto;
        overscroll-behavior-x: contain;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        position: relative; /* what stands in it is measured from it */
        min-height: 48px;
      }
      label {
        flex: 1 0 auto;
        min-width: 76px;
        max-width: 176px;
        min-height: 44px;
        padding: 4px 12px 3px;
        border-inline-end: 1px solid var(--line);
        border-bottom: 3px solid transparent;
        cursor: pointer;
        user-select: none;
        position: relative;
      }
      label:hover {
        background: var(--sunken);
      }
      label:has(:checked) {
        background: var(--accent-soft);
        border-bottom-color: var(--accent);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
        border-radius: var(--radius);
      }
      input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      .step {
        display: block;
        font-size: 12px;
        line-height: 16px;
        color: var(--ink-3);
        white-space: nowrap;
      }
      .loss {
        display: block;
        font-weight: 500;
        white-space: nowrap;
      }
      .best {
        font-size: 12px;
        font-weight: 600;
        color: var(--accent);
        margin-inline-start: 4px;
      }
      label:has(:checked) .step {
        color: var(--ink-2);
      }
      button {
        flex: none;
      }
      @media (forced-colors: active) {
        label:has(:checked) {
          border-bottom-color: Highlight;
        }
      }
    `,
  ];

  override render() {
    if (this.moments.length === 0 && !this.waiting) return nothing;
    const { run: words } = strings;
    return html`<fieldset title=${words.momentsHint} @pointermove=${this.#onDraw}>
      <legend class="meta">${this.moments.some(({ loss: one }) => one !== null) ? words.moments : words.momentsUnmeasured}</legend>
      <div class="strip">
        <div class="track">${this.moments.map((moment) => this.#moment(moment))}</div>
        ${this.behind ? html`<button class="quiet" @click=${() => this.#pick(null)}>${words.follow}</button>` : nothing}
      </div>
    </fieldset>`;
  }

  #moment({ step, loss: measured, best }: Moment) {
    const { run: words } = strings;
    return html`<label>
      <input
        type="radio"
        name="moment"
        value=${step}
        .checked=${step === this.moment}
        @change=${() => this.#pick(step)}
      />
      <span class="step">${step === 0 ? words.momentBase : words.moment(count(step))}</span>
      <span class="loss">${measured === null ? nothing : loss(measured)}${best ? html` <span class="best">${words.best}</span>` : nothing}</span>
    </label>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('moment')) this.#reveal(); // and otherwise stays where a person has scrolled it
  }

  /** Scrolls the strip, and nothing else, so that the moment which is looked at can be seen. */
  #reveal(): void {
    const track = this.renderRoot.querySelector<HTMLElement>('.track');
    const label = this.renderRoot.querySelector<HTMLInputElement>('input:checked')?.parentElement;
    if (!track || !label) return;
    const [from, to] = [label.offsetLeft, label.offsetLeft + label.offsetWidth];
    if (from < track.scrollLeft) track.scrollLeft = from;
    else if (to > track.scrollLeft + track.clientWidth) track.scrollLeft = to - track.clientWidth;
  }

  /** The mouse drawn over the strip with its button held. */
  #onDraw({ buttons, pointerType, clientX, clientY }: PointerEvent): void {
    if (pointerType !== 'mouse' || (buttons & 1) === 0) return;
    const under = (this.renderRoot as ShadowRoot).elementFromPoint(clientX, clientY);
    const input = under?.closest('label')?.querySelector('input');
    if (input && Number(input.value) !== this.moment) this.#pick(Number(input.value));
  }

  #pick(step: number | null): void {
    this.dispatchEvent(new CustomEvent('pick', { detail: step }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'moment-strip': MomentStrip;
  }
}
