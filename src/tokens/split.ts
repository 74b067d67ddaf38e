import { problem } from '../problem';
import { hash, shuffle } from './random';
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
 * that few held-out windows have a neighbour that is learned. At least one window goes to each half. Throws a ProblemError where there
 * is too little for that.
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
    const least = (own: readonly number[], other: readonly number[]) => (own.length >= other.length ? 1 : 0);
    for (const w of heldoutChats(
      windows,
      chats,
      Math.max(least(chats, texts), Math.round(chats.length * fraction)),
      seed,
    ))
      heldout.add(w);
    for (const w of heldoutTexts(
      texts,
      Math.max(heldout.size === 0 ? 1 : 0, Math.round(texts.length * fraction)),
      seed,
    ))
      heldout.add(w);
    if (heldout.size === 0 || heldout.size === origins.length) throw tooLittle(origins);
  }
  const all = Array.from(origins.keys());
  return {
    training: Uint32Array.from(all.filter((w) => !heldout.has(w))),
    heldout: Uint32Array.from(all.filter((w) => heldout.has(w))),
  };
}

function tooLittle(origins: readonly WindowOrigin[]) {
  if (origins.length > 1) {
    return problem(
      'All examples are the same, so none can be held out to test on.',
      undefined,
      'Add examples that differ, or set the held-out share to 0.',
    );
  }
  return problem(
    `There is too little data: ${origins.length} window, and at least 2 are needed, one to learn from and one to test on.`,
    origins[0]?.file,
    origins[0]?.chat
      ? 'Add at least one more example, or set the held-out share to 0.'
      : 'Add text, choose a shorter window, or set the held-out share to 0.',
  );
}

function heldoutChats(windows: Windows, chats: readonly number[], count: number, seed: number): number[] {
  const groups = [...groupEqual(windows, chats).values()];
  const chosen: number[] = [];
  for (const g of shuffle(groups.length, hash(seed, 1))) {
    const group = groups[g]!;
    const room = Math.min(count, chats.length - 1) - chosen.length;
    if (room <= 0) break;
    // A large group may hold out more than asked, but only as the first, and never everything.
    if (group.length <= room || (chosen.length === 0 && group.length * 2 <= chats.length)) chosen.push(...group);
  }
  return chosen;
}

/** Windows by their tokens, so that copies of an example fall into the same half. */
function groupEqual({ tokens, offsets }: Windows, chosen: readonly number[]) {
  const groups = new Map<string, number[]>();
  for (const w of chosen) {
    const key = tokens.subarray(offsets[w], offsets[w + 1]).join();
    const group = groups.get(key);
    if (group) group.push(w);
    else groups.set(key, [w]);
  }
  return groups;
}

function heldoutTexts(texts: readonly number[], wanted: number, seed: number): number[] {
  const count = Math.min(wanted, texts.length - 1);
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
