import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CameraReport, RecordingReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import './copy-line';
import { sentence } from '../words/sentence';
import type { ActionsParts } from './parts';
import { words as own } from './words';

/** The cameras of a recording: which the model sees, in which order, and why one cannot be seen. */
@customElement('recording-cameras')
export class RecordingCameras extends BenchElement {
  @property({ attribute: false }) view!: ActionsParts;
  @property({ attribute: false }) report!: RecordingReport;

  static override styles = [
    shared,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 16px;
        align-items: baseline;
      }
      li {
        display: grid;
        grid-template-columns: 16px 1fr auto;
        gap: 0 8px;
        align-items: start;
        padding: 8px 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      li > div {
        min-width: 0;
      }
      li > input {
        width: 16px;
        height: 16px;
        margin: 2px 0 0;
      }
      .icon {
        margin-top: 2px;
      }
      .seen {
        font-weight: 600;
        color: var(--ink-2);
      }
      button.quiet {
        min-height: 24px;
        padding: 0 4px;
      }
    `,
  ];

  override render() {
    const words = own.cameras;
    const { cameras } = this.report;
    if (cameras.length === 0) return html`<h3>${words.title}</h3><p class="meta">${words.noneRecorded}</p>`;
    const seen = this.#seen();
    const byHand = this.view.form.actions.cameras !== null;
    return html`
      <div class="head">
        <h3>${words.title}</h3>
        ${byHand ? html`<button class="quiet" @click=${() => this.view.choose({ cameras: null })}>${words.asSuggested}</button>` : nothing}
      </div>
      <p class="hint">${seen.length === 0 ? words.blind : words.order}</p>
      ${seen.length > this.#room() ? html`<p class="wrong" role="status">${words.tooMany(count(this.#room()))}</p>` : nothing}
      <ul>
        ${cameras.map((camera) => (camera.available ? this.#available(camera, seen) : this.#masked(camera)))}
      </ul>
    `;
  }

  #available(camera: CameraReport, seen: readonly string[]) {
    const words = own.cameras;
    const { name } = camera;
    const place = seen.indexOf(name);
    const change = (event: Event): void => {
      const rest = seen.filter((other) => other !== name);
      this.view.choose({ cameras: (event.target as HTMLInputElement).checked ? [...rest, name] : rest });
    };
    return html`<li>
      <input id=${`camera-${name}`} type="checkbox" .checked=${place >= 0} @change=${change} />
      <label for=${`camera-${name}`}>
        ${name}
        <p class="meta">
          ${place >= 0 ? html`<span class="seen">${words.place(count(place + 1))}</span> · ` : nothing}${described(camera)}
        </p>
      </label>
      ${
        place > 0
          ? html`<button class="quiet" aria-label=${words.earlierLabel(name)} @click=${() => this.#earlier(seen, place)}>${words.earlier}</button>`
          : nothing
      }
    </li>`;
  }

  #masked(camera: CameraReport) {
    const { name, why, command } = camera;
    return html`<li>
      ${icons.no}
      <div>
        <p>${name}</p>
        <p class="meta">${own.cameras.masked} ${sentence(why ?? '')}</p>
        ${command ? html`<copy-line .line=${command}></copy-line>` : nothing}
      </div>
    </li>`;
  }

  /** What the run will see, in its order. */
  #seen(): readonly string[] {
    const available = this.report.cameras.filter((camera) => camera.available).map(({ name }) => name);
    return this.view.form.actions.cameras ?? available.slice(0, this.#room());
  }

  /** Pictures that the base has room for. */
  #room(): number {
    return this.bench.bases.find(({ id }) => id === this.bench.base)?.cameras ?? 0;
  }

  #earlier(seen: readonly string[], place: number): void {
    const cameras = [...seen];
    cameras.splice(place - 1, 0, ...cameras.splice(place, 1));
    this.view.choose({ cameras });
  }
}

/** "640 × 480 pixels · H.264 …", as far as the recording says. */
function described({ width, height, codec }: CameraReport): string {
  const words = own.cameras;
  const size = width > 0 ? [words.size(count(width), count(height))] : [];
  const name = Object.entries({ ...words.codecs, image: words.images }).find(([start]) =>
    codec?.startsWith(start),
  )?.[1];
  const coded = codec === undefined ? [] : [name ?? codec];
  return [words.available, ...size, ...coded].join(' · ');
}
