import type { Workbench } from '../bench/workbench';

/** All but the ways to skip: they are for who comes from the top of the page. */
const focusable =
  'button:not(:disabled, .skip), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

/**
 * A button that is pressed may be gone in the next moment, with the panel that it was on, and the browser then has the
 * focus nowhere: the next Tab begins at the top of the page. From now on it goes to what is left beside it, or to `home`.
 */
export function keepFocus(bench: Workbench, home: () => HTMLElement | null): void {
  /** What had the focus last, and all that it lies in, from the inside out. */
  let path: readonly Node[] = [];
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
    requestAnimationFrame(() => setTimeout(look)); // when what has changed is drawn
  };

  // The page hears of no move of the focus within one element's shadow, but of every key and click. A key comes from where the focus is: to
  // ask the document for it would have the page laid out at every key.
  const remember = (focused: readonly Node[]): void => {
    if (focused.length > 0) path = focused;
    soon();
  };
  for (const kind of ['keydown', 'keyup'])
    addEventListener(kind, (event) => remember(pathOfKey(event)), { capture: true });
  addEventListener('click', () => remember(pathOfFocus()), { capture: true });
  bench.subscribe(soon);
}

/** As pathOfFocus(), where a key was pressed or released. */
function pathOfKey(event: Event): readonly Node[] {
  const path = event.composedPath().filter((one) => one instanceof Node);
  return path.slice(0, Math.max(0, path.indexOf(document.body)));
}

/** What has the focus, and all that it lies in, shadow roots included, from the inside out; empty where nothing has it. */
function pathOfFocus(): readonly Node[] {
  let at: Node | null = document.activeElement;
  while (at instanceof Element && at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const path: Node[] = [];
  for (; at && at !== document.body; at = at instanceof ShadowRoot ? at.host : at.parentNode) path.push(at);
  return path;
}

const isThere = (element: Element): boolean => element.isConnected && element.checkVisibility();

/** The first control of the nearest place, within the same element, that is still there. */
function beside(path: readonly Node[]): HTMLElement | null {
  for (const place of path) {
    if (!(place instanceof HTMLElement || place instanceof ShadowRoot) || !place.isConnected) continue;
    for (const control of place.querySelectorAll<HTMLElement>(focusable)) if (isThere(control)) return control;
    if (place instanceof ShadowRoot) return null;
  }
  return null;
}
