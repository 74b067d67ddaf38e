import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type PlacedCamera, placeCameras } from '../../settings/camera_names';
import type { CameraReport, RecordingReport } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import './copy-line';
import { sentence } from '../words/sentence';
import type { ActionsParts } from './parts';
import { words as own } from './words';

/** The cameras of a recording: which place of the base each takes, and why; and why one cannot be seen. */
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
        grid-template-columns: 16px minmax(0, 1fr);
        gap: 0 8px;
        align-items: start;
        padding: 8px 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      li > div {
        min-width: 0;
      }
      .available {
        grid-column: 1 / 3;
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 208px), 1fr));
        gap: 4px 16px;
        align-items: start;
      }
      .icon {
        margin-top: 2px;
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
    const blind = seen.every(({ camera }) => camera === null);
    const byHand = this.view.form.actions.cameras !== null;
    return html`
      <div class="head">
        <h3>${words.title}</h3>
        ${byHand ? html`<button class="quiet" @click=${() => this.view.choose({ cameras: null })}>${words.asSuggested}</button>` : nothing}
      </div>
      <p class="hint">${blind ? words.blind : words.order}</p>
      <ul>
        ${cameras.map((camera) => (camera.available ? this.#available(camera, seen) : this.#masked(camera)))}
      </ul>
    `;
  }

  #available(camera: CameraReport, seen: readonly PlacedCamera[]) {
    const words = own.cameras;
    const { name } = camera;
    const taken = seen.find((one) => one.camera === name);
    const id = `place-of-${name}`;
    return html`<li>
      <div class="available">
        <div>
          <label for=${id}>${name}</label>
          <p class="meta">${described(camera)}${taken ? html` · ${this.#why(taken)}` : nothing}</p>
        </div>
        <select id=${id} @change=${(event: Event) => this.#put(name, textOf(event), seen)}>
          <option value="" ?selected=${!taken}>${words.notSeen}</option>
          ${seen.map(
            ({ place }) => html`<option value=${place} ?selected=${taken?.place === place}>${nameOf(place)}</option>`,
          )}
        </select>
      </div>
    </li>`;
  }

  #why({ why }: PlacedCamera): string {
    return this.view.form.actions.cameras === null ? sentence(why) : own.learning.byHand;
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

  /** What the run will see in each place of the base. */
  #seen(): readonly PlacedCamera[] {
    const base = this.bench.bases.find(({ id }) => id === this.bench.base);
    const available = this.report.cameras.filter((camera) => camera.available).map(({ name }) => name);
    const suggested = placeCameras(available, base?.actions?.cameras ?? []);
    const { cameras } = this.view.form.actions;
    return cameras === null ? suggested : suggested.map((one, n) => ({ ...one, camera: cameras[n] ?? null }));
  }

  /** Puts a camera into a place, or none; the one that was there takes the place that becomes free. */
  #put(name: string, place: string, seen: readonly PlacedCamera[]): void {
    const there = seen.find((one) => one.place === place)?.camera ?? null;
    const cameras = seen.map((one) => {
      if (one.place === place) return name;
      return one.camera === name ? there : one.camera;
    });
    this.view.choose({ cameras });
  }
}

/** A place of openpi's in words, LeRobot's prefix before it or not; another as the base names it. */
const nameOf = (place: string): string =>
  Object.entries(own.cameras.places).find(([name]) => place.endsWith(name))?.[1] ?? place;

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
