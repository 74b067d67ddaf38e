import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { type Arm, type ArmPose, type Point, poseOf, REACH, SHOULDER } from './arm';
import type { LineId } from './curve_data';
import { words } from './words_look';

/** The joints of an arm at one moment, and whose they are. */
export interface ArmAngles {
  readonly id: LineId;
  /** Of all joints of the recording. */
  readonly angles: ArrayLike<number>;
}

/** What is seen: little behind the base, all that the arm reaches in front of it, and a strip below the table. */
const VIEW = { left: -200, right: REACH + 20, top: 0.75 * (REACH + SHOULDER), bottom: -40 };
/** The turn of the base, seen from above: a small dial in the corner. */
const DIAL = { x: VIEW.left + 48, y: VIEW.top - 48, radius: 32 };

/** An arm from the side, drawn from its angles: each of what is compared, one over the other. */
@customElement('arm-figure')
export class ArmFigure extends LitElement {
  @property({ attribute: false }) arm!: Arm;
  @property({ attribute: false }) poses: readonly ArmAngles[] = [];

  static override styles = [
    shared,
    css`
      svg[role] {
        display: block;
        width: 100%;
        max-height: 260px;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      .table {
        stroke: var(--line-strong);
        stroke-width: 2;
      }
      .dial {
        fill: none;
        stroke: var(--line);
        stroke-width: 2;
      }
      .arm path {
        fill: none;
        stroke: currentcolor;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .arm circle {
        fill: var(--surface);
        stroke: currentcolor;
        stroke-width: 3;
      }
      .recorded,
      .action {
        color: var(--line-strong);
        stroke-width: 16;
      }
      .recorded circle,
      .action circle {
        display: none;
      }
      .predicted,
      .state {
        color: var(--accent);
        stroke-width: 5;
      }
      .base {
        color: var(--ink-3);
        stroke-width: 3;
        stroke-dasharray: 8 7;
      }
      .base circle {
        stroke-dasharray: none;
      }
      .meta {
        margin-top: 4px;
      }
      @media (forced-colors: active) {
        svg[role] {
          forced-color-adjust: none;
        }
      }
    `,
  ];

  override render() {
    const { left, right, top, bottom } = VIEW;
    return html`
      <svg viewBox=${`${left} ${-top} ${right - left} ${top - bottom}`} role="img" aria-label=${words.armLabel}>
        <path class="table" d=${`M${left} 0H${right}`}></path>
        <circle class="dial" cx=${DIAL.x} cy=${-DIAL.y} r=${DIAL.radius}></circle>
        ${this.poses.map(({ id, angles }) => this.#arm(id, poseOf(this.arm, angles)))}
      </svg>
      <p class="meta">${words.armSchematic}</p>
    `;
  }

  #arm(id: LineId, { joints, fingers, pan }: ArmPose) {
    const all = [...joints, ...fingers];
    if (all.some(({ x, y }) => !Number.isFinite(x + y))) return svg``;
    const [root] = joints.slice(-1) as [Point];
    const [fixed, moving] = fingers;
    const turned = (pan * Math.PI) / 180;
    const end = { x: DIAL.x + DIAL.radius * Math.cos(turned), y: DIAL.y + DIAL.radius * Math.sin(turned) };
    return svg`<g class=${`arm ${id}`}>
      <path d=${`${lineOf([...joints, fixed])}${lineOf([root, moving])}`}></path>
      ${joints.slice(1).map(({ x, y }) => svg`<circle cx=${x.toFixed(1)} cy=${(-y).toFixed(1)} r="5"></circle>`)}
      <path class="pan" d=${lineOf([DIAL, end])}></path>
    </g>`;
  }
}

/** Up is negative on the page. */
const lineOf = (points: readonly Point[]): string =>
  points.map(({ x, y }, n) => `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${(-y).toFixed(1)}`).join('');
