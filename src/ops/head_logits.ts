import forwardSource from '../../shaders/head_logits.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import { reshape, type Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { recordProduct } from './cross_entropy';
import { piecesOf } from './pieces';

const WORKGROUP = 64;

export const headLogitsKernels = {
  forward: kernel({
    label: 'head_logits.forward',
    source: forwardSource,
    overrides: { WORKGROUP, FIRST: 0, CAP: 0 },
    bindings: { part: read('N U'), logits: write('N V') },
    workgroups: ({ N, U }) => flat(N * U, WORKGROUP),
  }),
};

/**
 * logits = hidden · tableᵀ, each capped: what a sampler reads. No gradient goes back from here; training never holds all
 * logits, see crossEntropy().
 * @param table the head, (V, C), in pieces of rows that follow each other
 * @param cap logits become cap · tanh(logit / cap); null: they stay as they are
 * @param logits set
 */
export function headLogits(
  tape: Tape,
  {
    hidden,
    table,
    cap = null,
    logits,
  }: { hidden: Tensor<'N C'>; table: readonly Tensor<'V C'>[]; cap?: number | null; logits: Tensor<'N V'> },
): void {
  const { N, V } = logits.sizes;
  if (table.length === 1 && cap === null) {
    recordProduct(tape, { hidden, rows: table[0]!, logits: reshape(logits, 'N U', { N, U: V }) });
    return;
  }
  for (const { FIRST, rows } of piecesOf(table)) {
    const part = tape.activation('logits of a piece', 'N U', { N, U: rows.sizes.V });
    recordProduct(tape, { hidden, rows, logits: part });
    tape.call(headLogitsKernels.forward, { part, logits }, { FIRST, CAP: cap ?? 0 });
  }
}
