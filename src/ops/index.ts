import { adaAddKernels } from './ada_add';
import { adaRmsNormKernels } from './ada_rms_norm';
import { adamwKernels } from './adamw';
import { addKernels } from './add';
import { attentionKernels } from './attention';
import { crossEntropyKernels } from './cross_entropy';
import { embedKernels } from './embed';
import { gatedKernels } from './gated';
import { gatherRowsKernels } from './gather_rows';
import { gegluKernels } from './geglu';
import { geluKernels } from './gelu';
import { gradientNormKernels } from './gradient_norm';
import { headLogitsKernels } from './head_logits';
import { layerNormKernels } from './layer_norm';
import { matmulKernels, matmulTiledKernels, matmulWideKernels } from './matmul';
import { placeRowsKernels } from './place_rows';
import { rmsNormKernels } from './rms_norm';
import { ropeKernels } from './rope';
import { squaredErrorKernels } from './squared_error';
import { sumHeadsKernels } from './sum_heads';
import { swishKernels } from './swish';
import { tileRowsKernels } from './tile_rows';

/** Every kernel of every op, in the order the forward pass meets them. LoRA and linearRows have none of their own: they are matmuls. */
export const ops = {
  embed: embedKernels,
  tileRows: tileRowsKernels,
  placeRows: placeRowsKernels,
  layerNorm: layerNormKernels,
  rmsNorm: rmsNormKernels,
  adaRmsNorm: adaRmsNormKernels,
  matmul: matmulKernels,
  matmulTiled: matmulTiledKernels,
  matmulWide: matmulWideKernels,
  sumHeads: sumHeadsKernels,
  rope: ropeKernels,
  attention: attentionKernels,
  add: addKernels,
  adaAdd: adaAddKernels,
  geglu: gegluKernels,
  gated: gatedKernels,
  gelu: geluKernels,
  swish: swishKernels,
  gatherRows: gatherRowsKernels,
  crossEntropy: crossEntropyKernels,
  headLogits: headLogitsKernels,
  squaredError: squaredErrorKernels,
  gradientNorm: gradientNormKernels,
  adamw: adamwKernels,
};
