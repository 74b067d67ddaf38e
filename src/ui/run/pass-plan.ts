import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FewerFrames, PassFrames, PassReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import { WhenSeen } from '../parts/when_seen';
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
      dl + p,
      p + p,
      ul {
        margin-top: 8px;
      }
      .wrong {
        margin-top: 8px;
        color: var(--warn);
        font-size: 12px;
        line-height: 18px;
      }
      ul {
        display: grid;
        gap: 8px;
      }
    `,
  ];

  constructor() {
    super();
    new WhenSeen(this, () => void this.bench.models.prefixes.look()); // another tab may have kept frames, or removed some
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.bench.pass.follow();
  }

  override render() {
    const { pass: said } = strings;
    const { frames: all, plannedBytes } = this.pass;
    const { frames } = this.bench.pass;
    const missing = all - (frames?.kept ?? 0);
    const row = (name: string, value: unknown, meaning: string) =>
      html`<dt title=${meaning}>${name}</dt>
        <dd title=${meaning}>${value}</dd>`;
    return html`<section aria-label=${said.title}>
      <h3>${said.title}</h3>
      <p class="meta">${said.meaning}</p>
      <dl>
        ${row(said.frames, count(all), said.meaning)} ${row(said.memory, bytes(plannedBytes), said.memoryMeaning)}
        ${row(said.disk, bytes(this.#bytesOf(missing)), said.diskMeaning)}
        ${row(said.time, this.#time(missing), said.timeMeaning)}
        ${row(said.training, bytes(this.training), said.trainingMeaning)}
      </dl>
      ${frames ? html`<p class="meta">${this.#which(frames)}</p>` : nothing} ${this.#room(missing, frames)}
      ${frames ? this.#offers(missing, frames) : nothing} ${this.#overBudget()}
    </section>`;
  }

  /** On the disk. */
  #bytesOf(frames: number): number {
    return (frames * this.pass.diskBytes) / this.pass.frames;
  }

  #time(missing: number) {
    const { pass: said } = strings;
    const { secondsPerFrame, measuring, problem } = this.bench.pass;
    if (missing === 0) return said.noTime;
    if (secondsPerFrame !== null) return said.about(duration(missing * secondsPerFrame));
    if (measuring) return html`<span role="status">${said.measuring}</span>`;
    return html`${said.notMeasured}
      <button title=${said.measureMeaning} @click=${() => void this.bench.pass.measure()}>${said.measure}</button>
      ${problem ? html`<problem-note fixed .problem=${problem}></problem-note>` : nothing}`;
  }

  /** Which frames go through, how they are spread, and how many of them are kept. */
  #which({ ofFrame, training, heldout, kept, sure }: PassFrames): string {
    const { pass: said } = strings;
    const which = ofFrame ? said.spread(counted(training, 'frame'), count(heldout)) : said.oneOfTask;
    if (kept === 0) return which;
    return `${which} ${said.keptAlready(count(kept), counted(this.pass.frames, 'frame'))}${sure ? '' : ` ${said.ifSame}`}`;
  }

  #room(missing: number, frames: PassFrames | null) {
    const { pass: said } = strings;
    const free = frames ? frames.freeBytes : (this.bench.models.prefixes.kept?.freeBytes ?? null);
    if (free === null || missing === 0) return nothing;
    const needed = this.#bytesOf(missing);
    const removable = frames?.removableBytes ?? 0;
    if (needed > free + removable)
      return html`<p class="wrong">${said.noRoom(bytes(needed), bytes(free + removable))}</p>`;
    return html`<p class="meta">${needed > free ? said.makesRoom(bytes(free), bytes(needed - free)) : said.room(bytes(free))}</p>`;
  }

  /** Runs with fewer frames, for which there is room, or for which a person may be ready to wait. */
  #offers(missing: number, { onDisk, fewer }: PassFrames) {
    const offers = [onDisk, ...fewer].flatMap((one) => one ?? []);
    const fitting = offers.filter(({ frames }) => onDisk === null || frames <= onDisk.frames);
    const distinct = [...new Map(fitting.map((one) => [one.frames, one])).values()];
    if (missing === 0 || distinct.length === 0) return nothing;
    return html`<ul>
      ${distinct.sort((a, b) => b.frames - a.frames).map((one) => this.#offer(one))}
    </ul>`;
  }

  #offer({ frames, all, kept }: FewerFrames) {
    const { pass: said } = strings;
    const { secondsPerFrame } = this.bench.pass;
    const missing = all - kept;
    const time = secondsPerFrame === null ? '' : said.about(duration(missing * secondsPerFrame));
    const figures = [said.onDisk(bytes(this.#bytesOf(missing))), time].filter(Boolean).join(' · ');
    return html`<li class="row">
      <button @click=${() => this.#learnFrom(frames)}>${said.learnFrom(counted(frames, 'frame'))}</button>
      <span class="meta">${figures}</span>
    </li>`;
  }

  /** Sets the field of that number; the note takes it back for as long as nobody edits it. */
  #learnFrom(frames: number): void {
    const { bench } = this;
    const { view } = bench;
    const before = view.form.text.frames;
    bench.editNumber('frames', String(frames));
    bench.note(strings.pass.learnsFrom(counted(frames, 'frame')), {
      take: () => {
        bench.switchTask(view.kind.id);
        if (bench.view === view) bench.editNumber('frames', before);
      },
      holds: () => view.form.text.frames === String(frames),
    });
  }

  /** Where a budget is known. */
  #overBudget() {
    const budget = this.bench.auto.proposal?.budgetBytes;
    const most = Math.max(this.pass.plannedBytes, this.training);
    if (budget === undefined || most <= budget) return nothing;
    return html`<p class="wrong">${strings.pass.overBudget(bytes(most), bytes(budget))}</p>`;
  }
}
