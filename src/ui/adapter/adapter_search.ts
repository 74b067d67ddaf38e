import type { ListedAdapter } from '../../worker/api';

/** From how many adapters on they can be searched. */
export const SEARCHED_FROM = 5;

/** What the page knows of an adapter by its base. */
export interface KnownOf {
  /** What the base is called; empty where the page does not have it. */
  readonly base: string;
  readonly task: string;
}

/** Has an adapter each of the words in its name, base, task or date? Dates are as 2026-11-30 or as the page writes them. */
export function isFound(
  adapter: ListedAdapter,
  { base, task }: KnownOf,
  query: string,
  day: (date: Date) => string,
): boolean {
  const { name, hub, policy, savedAt } = adapter;
  const saved = new Date(savedAt);
  const iso = [saved.getFullYear(), saved.getMonth() + 1, saved.getDate()].map((part) => String(part).padStart(2, '0'));
  const text = [name, base, adapter.base, hub?.name, policy?.name, task, iso.join('-'), day(saved)]
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
