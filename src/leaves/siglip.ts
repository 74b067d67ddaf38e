/** The image tower: SigLIP, biases everywhere. O is the width of the first expert. */
import { dense, type NormRows, type Rows } from './row';

/** Where the tower's leaves are. */
export const IMG = 'PaliGemma/img/';

const BLOCK = `${IMG}Transformer/encoderblock/`;
const ATTENTION = `${BLOCK}MultiHeadDotProductAttention_0/`;

const norm = (path: string, stacked: boolean): NormRows => ({
  scale: { path: `${path}/scale`, reader: 'layer_norm.scale', axes: { C: ['C'] }, stacked },
  bias: { path: `${path}/bias`, reader: 'layer_norm.bias', axes: { C: ['C'] }, stacked },
});

const toHeads = (name: string) => dense(`${ATTENTION}${name}`, { I: ['C'], O: ['Q', 'H'] }, { stacked: true });

export const SIGLIP = {
  patches: dense(`${IMG}embedding`, { I: ['Y', 'X', 3], O: ['C'] }, { stacked: false }),
  positions: {
    path: `${IMG}pos_embedding`,
    reader: 'tile_rows.table',
    axes: { T: [1, 'T'], C: ['C'] },
    stacked: false,
  },
  attentionNorm: norm(`${BLOCK}LayerNorm_0`, true),
  query: toHeads('query'),
  key: toHeads('key'),
  value: toHeads('value'),
  out: dense(`${ATTENTION}out`, { I: ['Q', 'H'], O: ['C'] }, { stacked: true }),
  feedForwardNorm: norm(`${BLOCK}LayerNorm_1`, true),
  up: dense(`${BLOCK}MlpBlock_0/Dense_0`, { I: ['C'], O: ['F'] }, { stacked: true }),
  down: dense(`${BLOCK}MlpBlock_0/Dense_1`, { I: ['F'], O: ['C'] }, { stacked: true }),
  finalNorm: norm(`${IMG}Transformer/encoder_norm`, false),
  head: dense(`${IMG}head`, { I: ['C'], O: ['O'] }, { stacked: false }),
} as const satisfies Rows;
