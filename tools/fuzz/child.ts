import { READERS } from '../../test/fuzz/readers';
import { roundsOf } from '../../test/fuzz/rounds';
import type { FromChild } from './messages';

/** What goes on in one process: `child.ts ID FROM TO SEED` tells the parent of each round. */
export async function main([id, from, to, seed]: readonly string[]): Promise<number> {
  const reader = READERS.find((one) => one.id === id);
  if (!reader) throw new Error(`There is no reader "${id}".`);
  console.error = console.warn = console.log = () => undefined; // libraries speak of what they meet
  const tell = (message: FromChild) => process.send!(message);
  const rounds = roundsOf(reader, { from: Number(from), to: Number(to), seed: seed! }, (round) =>
    tell({ begins: round }),
  );
  for await (const round of rounds) tell({ round });
  await new Promise<void>((resolve) => process.send!({ done: true } satisfies FromChild, () => resolve()));
  return 0;
}
