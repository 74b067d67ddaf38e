import type { Round } from '../../test/fuzz/rounds';

/** What a process says of its rounds. */
export type FromChild = { readonly begins: number } | { readonly round: Round } | { readonly done: true };
