import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PassReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { bytes, count, counted, duration } from '../words/format';
import { strings } from '../words/strings';

/** What a run does before its first step where its model is read layer by layer: bytes on the GPU and on the disk, and time. */
@customElement('pass-plan')
export class PassPlan extends BenchElement {
  @property({ attribute: false }) pass!: PassReport;
  /** Bytes on the GPU while it trains. */
  @property({ type: Number }) training = 0;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 16px;
        margin: 8px 0 0;
        font-size: 12px;
        line-height: 18px;
      }
      dt {
        color: var(--ink-2);
      }
      dd {
        margin: 0;
        text-align: end;
        font-variant-numeric: tabular-nums;
        font-weight: 500;
      }
      .wrong {
        margin-top: 8px;
        color: var(--warn);
        font-size: 12px;
        line-height: 18px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.bench.models.prefixes.look(); // for how much there is room
  }

  override render() {
    const { pass: said } = strings;
    const { plannedBytes, diskBytes, frames, flops } = this.pass;
    const speed = this.bench.auto.proposal?.speed;
    const time = speed ? said.about(duration(flops / speed.flopsPerSecond)) : said.notMeasured;
    const free = this.#freeBytes;
    const row = (name: string, value: string, meaning: string) =>
      html`<dt title=${meaning}>${name}</dt>
        <dd title=${meaning}>${value}</dd>`;
    return html`<section aria-label=${said.title}>
      <h3>${said.title}</h3>
      <p class="meta">${said.meaning}</p>
      <dl>
        ${row(said.frames, count(frames), said.meaning)} ${row(said.memory, bytes(plannedBytes), said.memoryMeaning)}
        ${row(said.disk, bytes(diskBytes), said.diskMeaning)} ${row(said.time, time, said.timeMeaning)}
        ${row(said.training, bytes(this.training), said.trainingMeaning)}
      </dl>
      ${free === null ? nothing : diskBytes > free ? this.#noRoom(free) : html`<p class="meta">${said.room(bytes(free))}</p>`}
      ${this.#overBudget()}
    </section>`;
  }

  get #freeBytes(): number | null {
    return this.bench.models.prefixes.kept?.freeBytes ?? null;
  }

  #noRoom(free: number) {
    const { diskBytes, frames } = this.pass;
    const fitting = Math.floor((free * frames) / diskBytes);
    return html`<p class="wrong">${strings.pass.noRoom(bytes(diskBytes), bytes(free), counted(fitting, 'frame'))}</p>`;
  }

  /** Where a budget is known. */
  #overBudget() {
    const budget = this.bench.auto.proposal?.budgetBytes;
    const most = Math.max(this.pass.plannedBytes, this.training);
    if (budget === undefined || most <= budget) return nothing;
    return html`<p class="wrong">${strings.pass.overBudget(bytes(most), bytes(budget))}</p>`;
  }
}
