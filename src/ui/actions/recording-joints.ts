import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type ListedJoint, MAX_JOINTS } from '../../settings/actions';
import { BenchElement, textOf } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { count, counted } from '../words/format';
import { placesIn } from './joint_places';
import type { RecordingDesk } from './recording_desk';
import { words as own } from './words';

/** Chooses which joints of the action are learned: one by one, by places, all or none, or all that move. */
@customElement('recording-joints')
export class RecordingJoints extends BenchElement {
  @property({ attribute: false }) recording!: RecordingDesk;
  /** What is ticked, by place; null: what is learned now. */
  @state() private ticked: ReadonlySet<number> | null = null;
  /** Whether the places that were typed name no joints. */
  @state() private wrong = false;

  static override styles = [
    shared,
    css`
      .scroll {
        max-height: 248px;
        overflow: auto;
        margin-top: 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 8px 12px;
        background: var(--surface);
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(192px, 1fr));
        gap: 4px 16px;
      }
      li label {
        display: grid;
        grid-template-columns: 16px 1fr;
        gap: 0 8px;
        overflow-wrap: anywhere;
      }
      li input {
        width: 16px;
        height: 16px;
        margin: 2px 0 0;
      }
      li .meta {
        grid-column: 2;
      }
      .place {
        color: var(--ink-3);
        font-size: 12px;
      }
      .row {
        margin-top: 8px;
      }
      .places {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .places input {
        width: 96px;
      }
    `,
  ];

  /** Other joints are listed: what was ticked among those before says nothing about them. */
  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (this.#listed === this.recording.joints) return;
    this.#listed = this.recording.joints;
    this.ticked = null;
  }

  #listed: readonly ListedJoint[] = [];

  override render() {
    const words = own.joints;
    const { joints } = this.recording;
    const busy = this.bench.runs.active || this.recording.reading !== null;
    const now = this.#now();
    const most = now.size > MAX_JOINTS ? words.tooMany(count(MAX_JOINTS)) : '';
    const quiet = joints.flatMap(({ quiet: why }, place) => (why && now.has(place) ? [place] : []));
    return html`
      <p class="hint" role="status">${words.chosen(count(now.size), counted(joints.length, 'joint'))} ${most}</p>
      <div class="scroll" tabindex="0" role="group" aria-label=${words.list}>
        <ul>
          ${joints.map((joint, place) => this.#joint(joint, place, now.has(place)))}
        </ul>
      </div>
      <div class="row">
        <button @click=${() => this.#tick(joints.keys())}>${words.all}</button>
        <button @click=${() => this.#tick([])}>${words.none}</button>
        ${
          quiet.length > 0 && quiet.length < now.size
            ? html`<button @click=${() => this.#tick([...now].filter((place) => !quiet.includes(place)))}>
                ${words.withoutQuiet(counted(quiet.length, 'joint'))}
              </button>`
            : nothing
        }
        ${this.#places()}
      </div>
      <div class="row">
        <button
          class="primary"
          ?disabled=${busy || now.size === 0 || now.size > MAX_JOINTS || this.#unchanged(now)}
          @click=${() => void this.recording.chooseJoints([...now].sort((a, b) => a - b))}
        >
          ${words.read(counted(now.size, 'joint'))}
        </button>
      </div>
    `;
  }

  #joint({ name, quiet }: ListedJoint, place: number, on: boolean) {
    const change = (event: Event): void => {
      const rest = [...this.#now()].filter((other) => other !== place);
      this.#tick((event.target as HTMLInputElement).checked ? [...rest, place] : rest);
    };
    return html`<li>
      <label>
        <input type="checkbox" .checked=${on} @change=${change} />
        <span><span class="place" aria-hidden="true">${place}</span> ${name}</span>
        ${quiet ? html`<span class="meta">${own.joints.quiet[quiet]}</span>` : nothing}
      </label>
    </li>`;
  }

  #places() {
    const words = own.joints;
    const { joints } = this.recording;
    const choose = (event: Event): void => {
      const places = placesIn(textOf(event), joints.length);
      this.wrong = places === null;
      if (places && places.length > 0) this.#tick(places);
    };
    return html`<span class="places">
      <label for="places">${words.places}</label>
      <input
        id="places"
        type="text"
        autocomplete="off"
        placeholder="0-6, 9"
        aria-invalid=${this.wrong ? 'true' : 'false'}
        aria-describedby="places-wrong"
        @change=${choose}
      />
      <span class="wrong" id="places-wrong" role="status">${this.wrong ? words.placesWrong(count(joints.length - 1)) : nothing}</span>
    </span>`;
  }

  #now(): ReadonlySet<number> {
    return this.ticked ?? new Set(this.recording.joints.flatMap(({ chosen }, place) => (chosen ? [place] : [])));
  }

  #tick(places: Iterable<number>): void {
    this.ticked = new Set(places);
  }

  #unchanged(now: ReadonlySet<number>): boolean {
    return this.recording.joints.every(({ chosen }, place) => chosen === now.has(place)) && this.recording.ready;
  }
}
