/** Something whose changes the page shows. Listeners are called after every change, in the order they came. */
export class Store {
  readonly #listeners = new Set<() => void>();

  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Collects items that may come a hundred times a second and hands them on together, at most once per animation frame.
 * `nextTurn` asks for the next frame; it is a parameter because a hidden tab has none.
 */
export function coalesce<T>(
  deliver: (items: readonly T[]) => void,
  nextTurn: (run: () => void) => void = nextFrame,
): (item: T) => void {
  let waiting: T[] = [];
  return (item) => {
    waiting.push(item);
    if (waiting.length > 1) return;
    nextTurn(() => {
      const items = waiting;
      waiting = [];
      deliver(items);
    });
  };
}

/** The next animation frame, or a quarter of a second later where the tab is hidden and frames do not come. */
function nextFrame(run: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(run);
  else setTimeout(run, 250);
}
