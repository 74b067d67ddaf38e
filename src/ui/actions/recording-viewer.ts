import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CameraReport, EpisodeCurves, RecordingReport } from '../../worker/api';
import { later } from '../parts/later';
import { shared } from '../parts/styles';
import type { JointRows } from './curve_data';
import './episode-chooser';
import type { ChoosableEpisode } from './episode-chooser';
import './episode-player';
import { LookElement } from './look_element';
import { words } from './words_look';

/** The open recording, episode by episode: what the cameras saw and what the joints did. */
@customElement('recording-viewer')
export class RecordingViewer extends LookElement {
  @property({ attribute: false }) report!: RecordingReport;
  /** Number of the episode that the person chose; the first one until then. */
  @state() private chosen: number | null = null;

  #curves: EpisodeCurves | null = null;
  #rows: readonly JointRows[] = [];
  #choosable: readonly ChoosableEpisode[] = [];
  #seen: readonly CameraReport[] = [];

  static override styles = [
    shared,
    css`
      h3 {
        margin-bottom: 8px;
      }
      .task {
        margin-top: 8px;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('report')) {
      const { episodes, cameras, fps } = this.report;
      this.#choosable = episodes.map(({ index, frames, heldout }) => ({ index, seconds: (frames - 1) / fps, heldout }));
      this.#seen = cameras.filter(({ available }) => available);
    }
    const curves = this.look.curves(this.#episode.index);
    if (!curves || curves === this.#curves) return;
    const { state: told, action } = this.report.joints;
    this.#curves = curves;
    this.#rows = [
      { id: 'action', joints: action, rows: curves.action },
      { id: 'state', joints: told, rows: curves.state },
    ];
  }

  override render() {
    const { index, task } = this.#episode;
    const curves = this.#curves;
    const seen = this.#seen;
    return html`
      <h3>${words.title}</h3>
      <episode-chooser
        .episodes=${this.#choosable}
        .chosen=${index}
        @choose=${(event: CustomEvent<number>) => {
          this.chosen = event.detail;
        }}
      ></episode-chooser>
      ${task ? html`<p class="task hint">${words.episodeTask(task)}</p>` : nothing}
      ${seen.length === 0 ? html`<p class="hint">${words.noCamera}</p>` : nothing}
      ${
        curves
          ? later(
              () => html`<episode-player
                .look=${this.look}
                .episode=${curves.episode}
                .times=${curves.times}
                .rows=${this.#rows}
                .cameras=${seen}
              ></episode-player>`,
            )
          : html`<p class="hint" role="status">${words.reading}</p>`
      }
    `;
  }

  get #episode() {
    const { episodes } = this.report;
    return episodes.find(({ index }) => index === this.chosen) ?? episodes[0]!;
  }
}
