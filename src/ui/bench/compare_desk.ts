import type { AdapterComparison, ListedAdapter } from '../../worker/api';
import { ask, type Desk } from './desk';

/** Two adapters, in the order in which they were chosen. */
export type Pair = readonly [ListedAdapter, ListedAdapter];

/** The adapters that are chosen to be compared: at most two. */
export class CompareDesk {
  readonly #desk: Desk;
  #list: readonly ListedAdapter[] = [];
  #ids: readonly string[] = [];
  /** Of the pair; null until the trainer has answered. */
  comparison: AdapterComparison | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Null while fewer than two are chosen. */
  get pair(): Pair | null {
    const [first, second] = this.#ids.map((id) => this.#list.find((adapter) => adapter.id === id));
    return first && second ? [first, second] : null;
  }

  /** How many are chosen. */
  get count(): number {
    return this.#ids.length;
  }

  /** Which of the two an adapter is, from 0 on; −1: neither. */
  placeOf({ id }: ListedAdapter): number {
    return this.#ids.indexOf(id);
  }

  /** Where two are chosen already, the one that was chosen last gives way. */
  choose({ id }: ListedAdapter, on: boolean): void {
    const others = this.#ids.filter((one) => one !== id);
    this.#take(on ? [...others.slice(0, 1), id] : others);
    this.#desk.changed();
  }

  /** The list was read anew. */
  follow(list: readonly ListedAdapter[]): void {
    this.#list = list;
    const there = this.#ids.filter((id) => list.some((adapter) => adapter.id === id));
    if (there.length < this.#ids.length) this.#take(there);
  }

  #take(ids: readonly string[]): void {
    this.#ids = ids;
    this.comparison = null;
    const [first, second] = ids;
    if (first !== undefined && second !== undefined) void this.#compare(first, second, ids);
  }

  async #compare(first: string, second: string, mine: readonly string[]): Promise<void> {
    const answer = await ask(this.#desk, 'adapter', 'compare', () => this.#desk.trainer.compareAdapters(first, second));
    if (this.#ids !== mine) return;
    this.comparison = answer?.value ?? null;
    this.#desk.changed();
  }
}
