import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** Stands where the chart will be: how to read it, drawn without numbers. */
@customElement('run-sketch')
export class RunSketch extends LitElement {
  static override styles = [
    shared,
    css`
      svg {
        display: block;
        width: 100%;
        height: auto;
      }
      path {
        fill: none;
        vector-effect: non-scaling-stroke;
      }
      .frame {
        stroke: var(--line-strong);
        stroke-width: 1;
      }
      .base {
        stroke: var(--ink-3);
        stroke-width: 1.25;
        stroke-dasharray: 4 4;
      }
      .adapter {
        stroke: var(--accent);
        stroke-width: 2.25;
        stroke-linecap: round;
      }
      .gain {
        stroke: var(--ink-3);
        stroke-width: 1;
      }
      text {
        font-size: 12px;
        fill: var(--ink-2);
      }
    `,
  ];

  override render() {
    const { sketch } = strings.run;
    return html`
      <svg viewBox="0 0 400 176" role="img" aria-label=${sketch.label}>
        <path class="frame" d="M16 8v144h376"></path>
        <path class="base" d="M16 32h376"></path>
        <path class="adapter" d="M16 32c44 0 56 82 152 96 60 9 150 9 208 9"></path>
        <path class="gain" d="M336 40v88M332 44l4-5 4 5M332 124l4 5 4-5"></path>
        <text x="24" y="24">${sketch.base}</text>
        <text x="200" y="120">${sketch.adapter}</text>
        <text x="328" y="88" text-anchor="end">${sketch.gain}</text>
        <text x="392" y="170" text-anchor="end">${sketch.steps} →</text>
        <text x="24" y="146">${sketch.low}</text>
      </svg>
    `;
  }
}
