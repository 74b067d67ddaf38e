import { adamwKernels } from './adamw';
import { addKernels } from './add';
import { attentionKernels } from './attention';
import { crossEntropyKernels } from './cross_entropy';
import { embedKernels } from './embed';
import { gegluKernels } from './geglu';
import { gradientNormKernels } from './gradient_norm';
import { matmulKernels, matmulTiledKernels, matmulWideKernels } from './matmul';
import { rmsNormKernels } from './rms_norm';
import { ropeKernels } from './rope';
import { sumHeadsKernels } from './sum_heads';

/** Every kernel of every op, in the order the forward pass meets them. LoRA has none of its own: it is two matmuls. */
export const ops = {
  embed: embedKernels,
  rmsNorm: rmsNormKernels,
  matmul: matmulKernels,
  matmulTiled: matmulTiledKernels,
  matmulWide: matmulWideKernels,
  sumHeads: sumHeadsKernels,
  rope: ropeKernels,
  attention: attentionKernels,
  add: addKernels,
  geglu: gegluKernels,
  crossEntropy: crossEntropyKernels,
  gradientNorm: gradientNormKernels,
  adamw: adamwKernels,
};
