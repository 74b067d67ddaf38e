import type { Workbench } from '../bench/workbench';

const focusable =
  'button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

/**
 * A button that is pressed may be gone in the next moment, with the panel that it was on, and the browser then has the
 * focus nowhere: the next Tab begins at the top of the page. From now on it goes to what is left beside it, or to `home`.
 */
export function keepFocus(bench: Workbench, home: () => HTMLElement | null): void {
  /** What had the focus last, and all that it lies in, from the inside out. */
  let path: readonly EventTarget[] = [];
  let waiting = false;

  const look = (): void => {
    waiting = false;
    const [last] = path;
    if (document.activeElement !== document.body || !(last instanceof HTMLElement)) return;
    if (isThere(last) && last.matches(`${focusable}, [tabindex]`)) return; // somebody clicked beside it
    (beside(path) ?? home())?.focus({ preventScroll: true });
  };
  const soon = (): void => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => requestAnimationFrame(look)); // when what has changed is drawn
  };

  addEventListener('focusin', (event) => {
    path = event.composedPath();
  });
  addEventListener('keyup', soon);
  addEventListener('click', soon);
  bench.subscribe(soon);
}

const isThere = (element: Element): boolean => element.isConnected && element.checkVisibility();

/** The first control of the nearest place, within the same element, that is still there. */
function beside(path: readonly EventTarget[]): HTMLElement | null {
  for (const place of path) {
    if (!(place instanceof HTMLElement || place instanceof ShadowRoot) || !place.isConnected) continue;
    for (const control of place.querySelectorAll<HTMLElement>(focusable)) if (isThere(control)) return control;
    if (place instanceof ShadowRoot) return null;
  }
  return null;
}
