import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CameraReport } from '../../worker/api';
import { shared } from '../parts/styles';
import { LookElement } from './look_element';
import { seconds } from './look_format';
import { words } from './words_look';

/** What each camera saw at the place that is looked at, and a strip of small pictures that lead to other places. */
@customElement('camera-pictures')
export class CameraPictures extends LookElement {
  @property({ type: Number }) episode = 0;
  @property({ type: Number }) frame = 0;
  @property({ attribute: false }) cameras: readonly CameraReport[] = [];
  /** Frames of the strip. */
  @property({ attribute: false }) strip: readonly number[] = [];
  @property({ attribute: false }) times: ArrayLike<number> = [];

  /** By canvas, episode and frame that it shows: the last that were here. */
  readonly #drawn = new Map<string, string>();

  static override styles = [
    shared,
    css`
      .views {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 200px), 1fr));
        gap: 12px;
      }
      .view {
        position: relative;
      }
      canvas {
        display: block;
        width: 100%;
        height: auto;
        background: var(--sunken);
        border-radius: var(--radius);
      }
      .none {
        position: absolute;
        inset: 0 0 20px;
        display: grid;
        place-content: center;
        padding: 8px;
        text-align: center;
      }
      .meta {
        overflow-wrap: anywhere;
        margin-top: 4px;
      }
      .strip {
        display: flex;
        gap: 4px;
        margin-top: 8px;
      }
      .strip button {
        flex: 1 1 0;
        min-width: 0;
        min-height: 0;
        padding: 0;
        overflow: hidden;
      }
      .strip button[aria-pressed='true'] {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#drawn.clear();
  }

  override render() {
    return html`
      <div class="views">${this.cameras.map((camera) => this.#view(camera))}</div>
      ${this.strip.length > 1 ? html`<div class="strip">${this.strip.map((frame) => this.#small(frame))}</div>` : nothing}
    `;
  }

  #view({ name: camera, width, height }: CameraReport) {
    const picture = this.look.picture(camera, this.episode, this.frame);
    const now = seconds(this.times[this.frame] ?? 0);
    return html`<div class="view">
      <canvas
        data-camera=${camera}
        width=${width || 640}
        height=${height || 480}
        role="img"
        aria-label=${words.pictureOf(camera, now)}
      ></canvas>
      ${picture === null ? html`<p class="none hint">${words.noPicture}</p>` : nothing}
      <p class="meta">${camera}${picture === undefined ? html` · ${words.fetching}` : nothing}</p>
    </div>`;
  }

  #small(frame: number) {
    const now = seconds(this.times[frame] ?? 0);
    return html`<button
      aria-label=${words.goTo(now)}
      title=${words.goTo(now)}
      aria-pressed=${frame === this.frame}
      @click=${() => this.dispatchEvent(new CustomEvent<number>('seek', { detail: frame }))}
    >
      <canvas data-small=${frame} width="96" height="72"></canvas>
    </button>`;
  }

  protected override updated(): void {
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const { camera, small } = canvas.dataset;
      const frame = small === undefined ? this.frame : Number(small);
      const name = camera ?? this.cameras[0]?.name ?? '';
      const picture =
        small === undefined ? this.look.picture(name, this.episode, frame) : this.look.small(name, this.episode, frame);
      this.#draw(canvas, camera ?? `small ${small}`, `${this.episode} ${frame}`, picture);
    }
  }

  /** Draws a picture that is here; until it is, what was last seen of the episode stays. One that does not exist leaves nothing. */
  #draw(canvas: HTMLCanvasElement, place: string, what: string, picture: ImageBitmap | null | undefined): void {
    const before = this.#drawn.get(place);
    if (before === what || (picture === undefined && (before === undefined || before.startsWith(`${this.episode} `))))
      return;
    if (picture) {
      [canvas.width, canvas.height] = [picture.width, picture.height];
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
    } else canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    if (picture === undefined) this.#drawn.delete(place);
    else this.#drawn.set(place, what);
  }
}
