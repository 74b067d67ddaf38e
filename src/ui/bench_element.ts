import { LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import type { Workbench } from './workbench';

/** An element that shows the workbench and is drawn again whenever it changes. */
export class BenchElement extends LitElement {
  @property({ attribute: false }) bench!: Workbench;

  #unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('bench')) this.#follow();
  }

  #follow(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = this.bench?.subscribe(() => this.requestUpdate());
  }
}

/** The text of an input, textarea or select that an event came from. */
export function textOf(event: Event): string {
  const { target } = event;
  if (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return target.value;
  return '';
}
