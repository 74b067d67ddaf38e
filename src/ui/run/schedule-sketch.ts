import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { learningRate } from '../../settings/schedule';
import { type PlacedStage, stagesOf, stepsOf } from '../../settings/stages';
import type { TaskSettings } from '../../worker/api';
import { shared } from '../parts/styles';
import { count, rate } from '../words/format';
import { strings } from '../words/strings';

const WIDTH = 400;
const HEIGHT = 72;
/** Room for the line's own width. */
const EDGE = 2;

/** The learning rate over the steps of a run that is still to come, with the steps at which it will be evaluated. */
@customElement('schedule-sketch')
export class ScheduleSketch extends LitElement {
  @property({ attribute: false }) settings!: TaskSettings;

  static override styles = [
    shared,
    css`
      svg {
        display: block;
        width: 100%;
        height: 72px;
        overflow: visible;
      }
      path,
      line {
        fill: none;
        vector-effect: non-scaling-stroke;
      }
      .rate {
        stroke: var(--accent);
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .ground {
        stroke: var(--line-strong);
      }
      .evaluation,
      .stage {
        stroke: var(--line-strong);
      }
      .stage {
        stroke-dasharray: 3 3;
      }
      h3 {
        margin-bottom: 8px;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        gap: 8px;
        margin-top: 4px;
      }
    `,
  ];

  override render() {
    const { schedule } = strings.run;
    const stages = stagesOf(this.settings);
    const steps = stepsOf(this.settings);
    const highest = Math.max(...stages.map(({ learningRate: peak }) => peak));
    const last = stages.at(-1)!;
    const [from, to] = [rate(highest), rate(last.endLearningRate)];
    return html`
      <h3>${schedule.title}</h3>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${schedule.label(from, to, count(steps))}>
        ${this.#evaluations(steps).map((at) => svg`<line class="evaluation" x1=${at} x2=${at} y1=${HEIGHT - 8} y2=${HEIGHT}></line>`)}
        ${stages.slice(1).map(({ first }) => svg`<line class="stage" x1=${(first / steps) * WIDTH} x2=${(first / steps) * WIDTH} y1="0" y2=${HEIGHT}></line>`)}
        <path class="ground" d="M0 ${HEIGHT}h${WIDTH}"></path>
        <path class="rate" d=${line(stages, steps, highest)}></path>
      </svg>
      <p class="meta ends">
        <span>${schedule.peak(from)}</span><span>${schedule.end(to, count(steps))}</span>
      </p>
    `;
  }

  #evaluations(steps: number): number[] {
    const { evaluateEvery } = this.settings;
    const times = Math.floor(steps / evaluateEvery);
    if (times > WIDTH / 4) return []; // a comb says nothing
    return Array.from({ length: times }, (_, n) => (((n + 1) * evaluateEvery) / steps) * WIDTH);
  }
}

/** As an SVG path: a point a pixel at most. */
function line(stages: readonly PlacedStage[], steps: number, highest: number): string {
  const every = Math.max(1, Math.floor(steps / WIDTH));
  const points: string[] = [];
  for (const { first, end, learningRate: peak, warmupSteps, steps: decaySteps, endLearningRate } of stages) {
    for (let step = first; step < end; step += every) {
      const now = learningRate({ peak, warmupSteps, decaySteps, end: endLearningRate }, step - first);
      const height = highest > 0 ? (now / highest) * (HEIGHT - 2 * EDGE) : 0;
      points.push(`${((step / steps) * WIDTH).toFixed(1)} ${(HEIGHT - EDGE - height).toFixed(1)}`);
    }
  }
  return `M${points.join('L')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'schedule-sketch': ScheduleSketch;
  }
}
