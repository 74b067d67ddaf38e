import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** Start, pause, resume, stop and keep: whichever the run allows now. */
@customElement('run-controls')
export class RunControls extends BenchElement {
  static override styles = [
    shared,
    css`
      .row button {
        min-width: 104px;
      }
    `,
  ];

  override render() {
    const { runs } = this.bench;
    return html`<div class="row">${runs.active ? this.#during() : this.#before()}</div>`;
  }

  #before() {
    const blocked = this.bench.device?.usable === false;
    return html`<button class="primary" ?disabled=${blocked} title=${strings.train.shortcut} @click=${() => void this.bench.start()}>
      ${icons.play} ${strings.train.start}
    </button>`;
  }

  #during() {
    const { runs } = this.bench;
    const { status } = runs.state;
    const { train } = strings;
    return html`
      ${
        status === 'paused'
          ? html`<button class="primary" title=${train.shortcut} @click=${() => void runs.unpause()}>
              ${icons.play} ${train.resume}
            </button>`
          : html`<button title=${status === 'running' && !runs.canPause ? train.pauseLater : train.shortcut} aria-disabled=${!runs.canPause} @click=${() => this.#pause()}>
              ${icons.pause} ${status === 'pausing' ? train.pausing : train.pause}
            </button>`
      }
      <button aria-disabled=${!runs.canStop} @click=${() => this.#stop()}>
        ${icons.stop} ${status === 'stopping' ? train.stopping : train.stop}
      </button>
    `;
  }

  #pause(): void {
    if (this.bench.runs.canPause) void this.bench.runs.pause();
  }

  #stop(): void {
    if (this.bench.runs.canStop) void this.bench.runs.stop();
  }
}
