import { nothing } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';

/** Those that wait for their turn, in the order in which they came. */
const waiting: (() => void)[] = [];

/** Draws the next in a task of its own. */
function takeTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setTimeout(takeTurn);
}

function enqueue(draw: () => void): void {
  waiting.push(draw);
  if (waiting.length === 1) setTimeout(takeTurn);
}

class Later extends AsyncDirective {
  #make: (() => unknown) | null = null;
  #ready = false;

  override render(make: () => unknown): unknown {
    if (this.#make === null)
      enqueue(() => {
        this.#ready = true;
        if (this.isConnected) this.#draw();
      });
    this.#make = make;
    return this.#ready ? make() : nothing;
  }

  protected override reconnected(): void {
    if (this.#ready) this.#draw();
  }

  #draw(): void {
    this.setValue(this.#make?.());
  }
}

/**
 * Draws a part of a template for the first time in a later task than the rest, so that no one task keeps a key waiting for all of it. It is
 * for what stands last in its place: nothing may move when it comes.
 */
export const later = directive(Later);
