/** How long a second press may be part of a double press, ms, and how far apart the two may be, px. */
const DOUBLE_MS = 500;
const NEAR_PX = 24;

/** What a person can press. */
const CONTROLS = 'button, a[href], summary, select, input, textarea, [role="button"]';

interface Press {
  readonly control: Element;
  /** As it was called when it was pressed: a button whose meaning changes is another one. */
  readonly name: string;
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Keeps the second press of a double press from pressing what came under the pointer after the first: who presses Start twice
 * means to start, not to pause. Presses of the keyboard go to what has the focus, which does not move.
 * @returns what ends it
 */
export function guardSecondPress(target: Window): () => void {
  let last: Press | null = null;
  const onClick = (event: MouseEvent): void => {
    if (!event.isTrusted || event.detail === 0) return; // from the keyboard, or from a script
    const press = pressOf(event);
    if (last && press && isSecond(last, press)) {
      last = { ...last, at: press.at };
      event.preventDefault();
      event.stopImmediatePropagation();
    } else last = press;
  };
  target.addEventListener('click', onClick, { capture: true });
  return () => target.removeEventListener('click', onClick, { capture: true });
}

/** Whether a press belongs to the one before and meets something else. */
export function isSecond(first: Press, { control, name, at, x, y }: Press): boolean {
  const soon = at - first.at < DOUBLE_MS && Math.hypot(x - first.x, y - first.y) < NEAR_PX;
  return soon && (control !== first.control || name !== first.name);
}

function pressOf(event: MouseEvent): Press | null {
  const path = event.composedPath().filter((one) => one instanceof Element);
  const label = path.find((one) => one instanceof HTMLLabelElement);
  // A press on a label is one on its field, and the browser sends a second event to the field.
  const control = path.find((one) => one.matches(CONTROLS)) ?? (label instanceof HTMLLabelElement && label.control);
  if (!control) return null;
  const name = control.getAttribute('aria-label') ?? (control instanceof HTMLButtonElement ? control.textContent : '');
  return { control, name, at: event.timeStamp, x: event.clientX, y: event.clientY };
}
