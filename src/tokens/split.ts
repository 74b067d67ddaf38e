import { ProblemError } from '../problem';
import { hash, shuffle } from '../shuffle';
import type { WindowOrigin, Windows } from './windows';

export interface Split {
  /** Indices of windows, ascending. */
  readonly training: Uint32Array<ArrayBuffer>;
  readonly heldout: Uint32Array<ArrayBuffer>;
}

/** Contiguous stretches of held-out text, so that it comes from several places of a long file. */
const TEXT_BLOCKS = 4;

/**
 * Holds windows out for evaluation. Conversations are drawn one by one, equal ones together; of plain text whole stretches are held out, so
 * that few held-out windows have a neighbour that is learned. At least one window goes to each half.
 * @throws ProblemError where there is too little for that
 */
export function splitWindows(
  windows: Windows,
  origins: readonly WindowOrigin[],
  fraction: number,
  seed: number,
): Split {
  const heldout = new Set<number>();
  if (fraction > 0) {
    const chats = indicesWhere(origins, (origin) => origin.chat);
    const texts = indicesWhere(origins, (origin) => !origin.chat);
    // At least one of the kind that there is more of, but never all that there is.
    const chatCount = Math.max(chats.length >= texts.length ? 1 : 0, Math.round(chats.length * fraction));
    const chosen = heldoutChats(windows, origins, chats, Math.min(chatCount, origins.length - 1), seed);
    const textCount = Math.max(chosen.length === 0 ? 1 : 0, Math.round(texts.length * fraction));
    const spare = origins.length - 1 - chosen.length;
    for (const w of [...chosen, ...heldoutTexts(texts, Math.min(textCount, texts.length, spare), seed)]) heldout.add(w);
    if (heldout.size === 0) throw tooLittle(origins);
  }
  const all = Array.from(origins.keys());
  return {
    training: Uint32Array.from(all.filter((w) => !heldout.has(w))),
    heldout: Uint32Array.from(all.filter((w) => heldout.has(w))),
  };
}

function tooLittle(origins: readonly WindowOrigin[]) {
  if (origins.length > 1) {
    return new ProblemError({
      what: 'All examples are the same, so none can be held out to test on.',
      fix: 'Add examples that differ, or set the held-out share to 0.',
      choice: 'heldout',
    });
  }
  const [only] = origins;
  return new ProblemError({
    what: `There is too little data: ${origins.length} window, and at least 2 are needed, one to learn from and one to test on.`,
    ...(only ? { where: only.file } : {}),
    fix: only?.chat
      ? 'Add at least one more example, or set the held-out share to 0.'
      : 'Add text, choose a shorter window, or set the held-out share to 0.',
    choice: 'heldout',
  });
}

function heldoutChats(
  windows: Windows,
  origins: readonly WindowOrigin[],
  chats: readonly number[],
  count: number,
  seed: number,
): number[] {
  const groups = [...groupEqual(windows, origins, chats).values()];
  const chosen: number[] = [];
  for (const g of shuffle(groups.length, hash(seed, 1))) {
    const group = groups[g]!;
    if (chosen.length + group.length <= count) chosen.push(...group);
  }
  if (chosen.length > 0 || count === 0 || groups.length < 2) return chosen;
  // Every group has more copies than asked for: the smallest comes closest.
  return groups.reduce((smallest, group) => (group.length < smallest.length ? group : smallest));
}

/** Windows by the tokens that their conversation begins with, so that copies of an example, and all windows of one, fall into the same half. */
function groupEqual({ tokens, offsets }: Windows, origins: readonly WindowOrigin[], chosen: readonly number[]) {
  const groups = new Map<string, number[]>();
  let key = '';
  for (const w of chosen) {
    if (!origins[w]!.continues) key = tokens.subarray(offsets[w], offsets[w + 1]).join();
    const group = groups.get(key);
    if (group) group.push(w);
    else groups.set(key, [w]);
  }
  return groups;
}

function heldoutTexts(texts: readonly number[], count: number, seed: number): number[] {
  const blocks = Math.min(TEXT_BLOCKS, count);
  const chosen: number[] = [];
  for (let b = 0; b < blocks; b++) {
    const begin = Math.floor((texts.length * b) / blocks);
    const end = Math.floor((texts.length * (b + 1)) / blocks);
    const size = Math.floor((count * (b + 1)) / blocks) - Math.floor((count * b) / blocks);
    const start = begin + (hash(seed, 2, b) % (end - begin - size + 1));
    chosen.push(...texts.slice(start, start + size));
  }
  return chosen;
}

const indicesWhere = (origins: readonly WindowOrigin[], test: (origin: WindowOrigin) => boolean) =>
  Array.from(origins.keys()).filter((w) => test(origins[w]!));
