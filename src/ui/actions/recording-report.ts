import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CameraReport, EpisodeReport, RecordingReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { count, rate } from '../words/format';
import '../parts/number-field';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import { words as own } from './words';

/** What was read of a recording: its layout, episodes, joints, cameras, and what could not be read. */
@customElement('recording-report')
export class RecordingReportView extends BenchElement {
  @property({ attribute: false }) report!: RecordingReport;

  static override styles = [
    shared,
    css`
      :host {
        margin-top: 8px;
      }
      section {
        margin-top: 24px;
      }
      dl.facts {
        grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
      }
      .facts > * {
        overflow-wrap: anywhere;
      }
      h3 {
        margin-bottom: 8px;
      }
      .split {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 176px;
        gap: 16px 24px;
        align-items: start;
      }
      .scroll {
        max-height: 248px;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0 12px;
        background: var(--surface);
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--surface);
        padding-top: 8px;
      }
      td {
        overflow-wrap: anywhere;
      }
      .use {
        white-space: nowrap;
      }
      .heldout {
        font-weight: 600;
      }
      .lists {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(208px, 1fr));
        gap: 16px 24px;
      }
      .names {
        color: var(--ink-2);
        overflow-wrap: anywhere;
      }
      .names b {
        font-weight: 500;
        color: var(--ink);
      }
      .camera {
        display: grid;
        grid-template-columns: 16px 1fr;
        gap: 0 8px;
        align-items: start;
        overflow-wrap: anywhere;
      }
      .camera .icon {
        margin-top: 2px;
      }
      .problems {
        display: grid;
        gap: 8px;
      }
      @media (max-width: 479px) {
        .split {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  override render() {
    const words = own.recording;
    const { report } = this;
    return html`
      ${this.#facts()}
      <section class="split">
        ${this.#episodes()}
        <div class="stack">${this.#field('heldoutPercent')} ${/lerobot/i.test(report.layout) ? nothing : this.#field('fps')}</div>
      </section>
      <section class="lists">
        <div>
          <h3>${words.joints}</h3>
          ${this.#joints(report.joints)}
        </div>
        <div>
          <h3>${words.cameras}</h3>
          ${
            report.cameras.length === 0
              ? html`<p class="names">${words.noCameras}</p>`
              : html`<ul>
                  ${report.cameras.map((camera) => this.#camera(camera))}
                </ul>`
          }
        </div>
      </section>
      ${this.#problems()}
    `;
  }

  #facts() {
    const words = own.recording;
    const { report } = this;
    const facts: readonly (readonly [string, string, string])[] = [
      [words.layout, report.layout, words.layoutMeaning],
      [words.robot, report.robot || words.unknown, words.robotMeaning],
      [words.fps, rate(report.fps), words.fpsMeaning],
      [words.episodeCount, count(report.episodes.length), words.episodesMeaning],
      [words.frames, count(report.frames), words.framesMeaning],
      [words.heldoutFrames, count(report.heldoutFrames), words.heldoutMeaning],
    ];
    return html`<dl class="facts">
      ${facts.map(
        ([name, value, meaning]) => html`<div title=${meaning}>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
      )}
    </dl>`;
  }

  #episodes() {
    const words = own.recording;
    const { episodes } = this.report;
    const label = words.episodes(count(episodes.length));
    return html`<div>
      <h3>${label}</h3>
      <div class="scroll" tabindex="0" role="group" aria-label=${label}>
        <table>
          <thead>
            <tr>
              <th scope="col">${words.episode}</th>
              <th scope="col" class="number">${words.frames}</th>
              <th scope="col">${words.use}</th>
              <th scope="col">${words.taskColumn}</th>
            </tr>
          </thead>
          <tbody>
            ${episodes.map((episode) => this.#episode(episode))}
          </tbody>
        </table>
      </div>
    </div>`;
  }

  #episode(episode: EpisodeReport) {
    const words = own.recording;
    return html`<tr>
      <th scope="row">${count(episode.index)}</th>
      <td class="number">${count(episode.frames)}</td>
      <td class="use">${episode.heldout ? html`<b class="heldout">${words.heldout}</b>` : words.training}</td>
      <td>${episode.task || words.noTask}</td>
    </tr>`;
  }

  /** Names of the joints, once where state and action have the same. */
  #joints({ state, action }: RecordingReport['joints']) {
    const words = own.recording;
    const line = (title: string, names: readonly string[]) =>
      html`<p class="names"><b>${title} (${count(names.length)})</b> ${names.join(', ')}</p>`;
    if (state.join('\n') === action.join('\n')) return line(words.jointsBoth, action);
    return html`${line(words.jointsAction, action)} ${line(words.jointsState, state)}`;
  }

  #camera({ name, width, height, available }: CameraReport) {
    const words = own.recording;
    const size = width > 0 ? ` · ${words.size(count(width), count(height))}` : '';
    return html`<li class="camera">
      ${available ? icons.check : icons.no}
      <div>
        <p>${name}</p>
        <p class="meta">${available ? words.available : words.masked}${size}</p>
      </div>
    </li>`;
  }

  #problems() {
    const { problems } = this.report;
    if (problems.length === 0) return nothing;
    return html`<section>
      <h3>${own.recording.problems}</h3>
      <div class="problems">${problems.map((problem) => html`<problem-note fixed mild .problem=${problem}></problem-note>`)}</div>
    </section>`;
  }

  #field(key: 'heldoutPercent' | 'fps') {
    return html`<number-field
      .key=${key}
      .own=${own.fields}
      .value=${this.bench.form.text[key]}
      @edit=${(event: CustomEvent<string>) => this.bench.editNumber(key, event.detail)}
    ></number-field>`;
  }
}
