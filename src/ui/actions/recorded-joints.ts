import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import type { RecordedCurve } from '../state/recorded_run';
import type { RunState } from '../state/run_state';
import { count, quantity } from '../words/format';
import { linePath } from './curve_data';
import { lineStyles } from './joint_curves_styles';
import { type JointErrors, jointErrors } from './open_loop_data';
import { words as own } from './words';
import { words as look } from './words_look';

/** Of the curve, in the units of its own drawing. */
const SIZE = { width: 320, height: 96 } as const;

/** Of a recorded run: the error of every joint as bars, and one joint's movement as a curve. */
@customElement('recorded-joints')
export class RecordedJoints extends LitElement {
  /** The latest evaluation; null before the first. */
  @property({ attribute: false }) at: RunState['openLoops'][number] | null = null;
  @property({ attribute: false }) curve: RecordedCurve | null = null;

  static override styles = [
    shared,
    lineStyles,
    css`
      :host {
        container-type: inline-size;
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 12px 24px;
        min-height: 164px;
        align-content: start;
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: 0 8px;
        margin-bottom: 4px;
      }
      .head span:last-child {
        flex: none;
      }
      .joint {
        display: grid;
        grid-template-columns: 92px 1fr 32px;
        gap: 8px;
        align-items: center;
        font-size: 12px;
        line-height: 20px;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      svg.bar {
        width: 100%;
        height: 12px;
        display: block;
      }
      .hold {
        fill: var(--line);
      }
      .adapter {
        fill: var(--accent);
      }
      .number {
        color: var(--ink-2);
      }
      svg.curve {
        width: 100%;
        height: 96px;
        display: block;
        background: var(--bg);
        border-radius: 4px;
        margin-top: 4px;
      }
      path {
        fill: none;
        stroke: currentcolor;
        stroke-linejoin: round;
        vector-effect: non-scaling-stroke;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
      }
      .keys span {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      @container (max-width: 440px) {
        .sides {
          grid-template-columns: minmax(0, 1fr);
          min-height: 324px;
        }
      }
      @media (forced-colors: active) {
        svg {
          forced-color-adjust: none;
        }
      }
    `,
  ];

  override render() {
    const { openLoop: said } = own;
    return html`<div class="sides">
      <div>
        <p class="meta head" title=${said.caption}>
          <span>${said.shortTitle}</span><span>${this.at ? said.at(count(this.at.step)) : nothing}</span>
        </p>
        ${this.at ? jointErrors(this.at.openLoop).map((row) => this.#bar(row)) : html`<p class="hint">${said.waiting}</p>`}
      </div>
      ${this.curve ? this.#curve(this.curve) : nothing}
    </div>`;
  }

  /** The whole width is the error of holding the last action. */
  #bar({ joint, errors }: JointErrors) {
    const { predictors } = own.openLoop;
    const share = Math.min(1, errors.adapter / errors.hold);
    const label = `${joint}: ${predictors.adapter[0]} ${quantity(errors.adapter)}, ${predictors.hold[0]} ${quantity(errors.hold)}`;
    return html`<div class="joint" title=${label}>
      <span class="name">${joint}</span>
      <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label=${label}>
        <rect class="hold" width="100" height="12"></rect>
        <rect class="adapter" width=${(share * 100).toFixed(1)} height="12"></rect>
      </svg>
      <span class="number" aria-hidden="true">${quantity(errors.adapter)}</span>
    </div>`;
  }

  #curve(curve: RecordedCurve) {
    const { openLoop: said } = own;
    const { step } = this.at ?? { step: -1 };
    const predicted = curve.predicted.find((one) => one.step === step)?.values ?? [];
    const all = [...curve.recorded, ...curve.base, ...curve.predicted.flatMap(({ values }) => values)];
    const range = { low: Math.min(...all), high: Math.max(...all) };
    const times = curve.recorded.map((_, frame) => frame);
    const line = (kind: Line, values: readonly number[]) =>
      values.length === 0
        ? nothing
        : svg`<path class=${`line-${kind}`} d=${linePath(values, times, range, SIZE)}></path>`;
    const label = said.recordedCurve(curve.joint, count(curve.episode));
    return html`<div>
      <p class="meta">${label}</p>
      <svg class="curve" viewBox=${`0 -4 ${SIZE.width} ${SIZE.height + 8}`} preserveAspectRatio="none" role="img" aria-label=${label}>
        ${line('recorded', curve.recorded)} ${line('base', curve.base)} ${line('predicted', predicted)}
      </svg>
      <p class="meta keys">${(['recorded', 'predicted', 'base'] as const).map((kind) => this.#key(kind))}</p>
    </div>`;
  }

  #key(kind: Line) {
    return html`<span>
      <svg class="sample" viewBox="0 0 24 12" aria-hidden="true"><path class=${`line-${kind}`} d="M0 6H24"></path></svg>${look.lines[kind]}
    </span>`;
  }
}

type Line = 'recorded' | 'predicted' | 'base';
