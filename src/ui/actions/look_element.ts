import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { LookDesk } from './look_desk';

/** An element that shows what is seen of the open recording, and is drawn again whenever that changes. */
export class LookElement extends LitElement {
  @property({ attribute: false }) look!: LookDesk;

  #unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.look?.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
  }
}
