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

  /**
   * What the element is drawn from, where that is little of the workbench and drawing is much work: it is then drawn
   * again only where one of these is another than before.
   */
  protected drawnFrom?(): readonly unknown[];

  protected override shouldUpdate(): boolean {
    const next = this.drawnFrom?.();
    if (!next) return true;
    const same = next.length === this.#drawn?.length && next.every((value, index) => value === this.#drawn?.[index]);
    this.#drawn = next;
    return !same;
  }

  #drawn: readonly unknown[] | undefined;

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
