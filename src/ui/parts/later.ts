import { nothing } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';

/** Those that wait for their turn, in the order in which they came. */
const waiting: (() => void)[] = [];

/** Its messages come in tasks of their own, as soon as the thread is free. */
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

function enqueue(draw: () => void): void {
  waiting.push(draw);
  port2.postMessage(null);
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
