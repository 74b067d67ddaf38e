import axe from 'axe-core';
import { onTestFinished } from 'vitest';
import '../../src/ui/app/adaptab-app';
import '../../src/ui/parts/theme.css';
import { views } from '../../src/ui/app/views';
import { Workbench } from '../../src/ui/bench/workbench';
import { TrainerDouble } from './trainer_double';

export interface Page {
  readonly double: TrainerDouble;
  readonly bench: Workbench;
  readonly app: HTMLElement;
}

/** The whole page on a scripted trainer, gone when the test has ended. `prepare` sets the double up before the page asks it. */
export async function openPage(prepare: (double: TrainerDouble) => void = () => undefined): Promise<Page> {
  history.replaceState(null, '', '#data');
  localStorage.setItem('adaptab.example', 'seen'); // as for somebody who has been here before
  const double = new TrainerDouble();
  prepare(double);
  const bench = new Workbench(double, views);
  const app = document.createElement('adaptab-app');
  app.bench = bench;
  document.body.append(app);
  onTestFinished(() => app.remove());
  await bench.open();
  await settled();
  return { double, bench, app };
}

/** Until what was asked for is drawn: some frames, since events wait for one and elements inside elements for another, and after each its turn of what is drawn later. */
export async function settled(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  }
}

/** All elements that match, in the order of the page. A space in the selector crosses into shadow roots too. */
export function all<E extends Element = HTMLElement>(root: ParentNode, selector: string): E[] {
  const [first = '*', ...rest] = selector.split(' ');
  const here = everything(root).filter((element) => element.matches(first));
  if (rest.length === 0) return here as E[];
  return [...new Set(here.flatMap((element) => all<E>(element, rest.join(' '))))];
}

/** Every element below `root`, its own shadow root and those inside it too. */
function everything(root: ParentNode): Element[] {
  const roots = root instanceof Element && root.shadowRoot ? [root.shadowRoot, root] : [root];
  const children = roots.flatMap((parent) => [...parent.children]);
  return children.flatMap((child) => [child, ...everything(child)]);
}

/** The one element that matches and whose text or label holds `words`. */
export function one<E extends HTMLElement = HTMLElement>(root: ParentNode, selector: string, words = ''): E {
  const found = all<E>(root, selector).filter((element) => textOf(element).includes(words));
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} elements match ${selector} "${words}"`);
  return first;
}

export const none = (root: ParentNode, selector: string, words = ''): boolean =>
  !all(root, selector).some((element) => textOf(element).includes(words));

const textOf = (element: Element): string => `${element.getAttribute('aria-label') ?? ''} ${element.textContent ?? ''}`;

/** Types into a field as a person does: the whole text at once. */
export async function type(field: HTMLElement, text: string): Promise<void> {
  (field as HTMLInputElement).value = text;
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  await settled();
}

export async function click(element: HTMLElement): Promise<void> {
  element.click();
  await settled();
}

/** What axe-core finds wrong, as "rule: selector". */
export async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document);
  return violations
    .filter(({ id }) => !['document-title', 'html-has-lang'].includes(id)) // of the test runner's own document
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
}
