import { reshape, type Tensor, tensor } from '../gpu/tensor';
import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { GEMMA } from '../leaves/gemma';
import type { DenseRows } from '../leaves/row';
import { embed } from '../ops/embed';
import { placeRows } from '../ops/place_rows';
import { squaredError } from '../ops/squared_error';
import { swish } from '../ops/swish';
import type { Tape } from '../tape/tape';
import { type Positions, streamKeys } from './block';
import { type ModelConfig, patchesOf, pi0Config } from './config';
import { dense } from './dense';
import { expertBlock, expertStream } from './expert';
import { backboneLengths, projectionLengths } from './lengths';
import type { Parameters } from './parameters';
import { leafPieces } from './part';
import { type ImageInputs, imageInputs, siglip } from './siglip';

/** What a batch of the action task looks like. */
export interface Pi0Shape {
  /** Samples. */
  readonly B: number;
  readonly cameras: number;
  /** Tokens of a prompt, padding included. */
  readonly promptLength: number;
  /** Actions of a chunk. */
  readonly horizon: number;
}

/** Tokens of a sample: what is seen and told, then state and actions; a π0.5 is told the state with its prompt. */
export function tokensOf(config: ModelConfig, { cameras, promptLength, horizon }: Pi0Shape) {
  const { img, pi05 } = pi0Config(config);
  const imageTokens = cameras * patchesOf(img);
  const prefix = imageTokens + promptLength;
  const suffix = (pi05 ? 0 : 1) + horizon;
  return { imageTokens, prefix, suffix, all: prefix + suffix };
}

/** What the prefix reads. Without cameras there are no images. */
export interface PrefixInputs {
  readonly images: ImageInputs | null;
  readonly promptTokens: Tensor<'N'>;
  readonly places: Positions;
}

/** What the suffix reads; T = 1 + horizon, of a π0.5 T = horizon. */
export interface SuffixInputs {
  /** (B, action size); null of a π0.5. */
  readonly state: Tensor<'N C'> | null;
  /** x_t = t · noise + (1 − t) · actions, (B · horizon, action size) */
  readonly noisy: Tensor<'N C'>;
  /** Embedding of t: the same for every action of a sample, (B · horizon, width); of a π0.5 once, (B, width). */
  readonly time: Tensor<'N C'>;
  readonly places: Positions;
}

/** What the loss reads; rows of the state token, where there is one, count for nothing. */
export interface FlowTargets {
  /** noise − actions, (B · T, action size) */
  readonly wanted: Tensor<'N C'>;
  /** Loss mask ÷ number of counted elements. */
  readonly weight: Tensor<'N C'>;
}

type InputKind = 'inputs' | 'sampler';

/** Rows 0 … M − 1 of rotation angles; any token's position is below the number of tokens. */
export function angleTable(config: ModelConfig, shape: Pi0Shape, kind: InputKind): Tensor<'Z H'> {
  const { headDim: H } = pi0Config(config).backbone;
  return tensor('rotation angles', 'Z H', { Z: tokensOf(config, shape).all, H }, { kind });
}

/** The prefix's input tensors, for caches of S keys. */
export function prefixInputs(
  config: ModelConfig,
  shape: Pi0Shape,
  { angles, S, kind }: { angles: Tensor<'Z H'>; S: number; kind: InputKind },
): PrefixInputs {
  const { B, cameras, promptLength } = shape;
  const slot = tensor(
    'key slots of the prefix',
    'B T',
    { B, T: tokensOf(config, shape).prefix },
    { kind, type: 'u32' },
  );
  return {
    images: cameras > 0 ? imageInputs(pi0Config(config).img, B * cameras, kind) : null,
    promptTokens: tensor('prompt tokens', 'N', { N: B * promptLength }, { kind, type: 'u32' }),
    places: { ...placesOf('prefix', slot.sizes, S, kind), angles: [angles], slot, row: slot }, // the prefix comes first
  };
}

/** The suffix's input tensors, for caches of all tokens. */
export function suffixInputs(
  config: ModelConfig,
  shape: Pi0Shape,
  { angles, kind }: { angles: Tensor<'Z H'>; kind: InputKind },
): SuffixInputs {
  const { expert, actionDim: C, pi05 } = pi0Config(config);
  const { B, horizon } = shape;
  const { suffix: T, all: S } = tokensOf(config, shape);
  return {
    state: pi05 ? null : tensor('state', 'N C', { N: B, C }, { kind }),
    noisy: tensor('noisy actions', 'N C', { N: B * horizon, C }, { kind }),
    time: tensor('time embedding', 'N C', { N: pi05 ? B : B * horizon, C: expert.width }, { kind }),
    places: {
      ...placesOf('suffix', { B, T }, S, kind),
      angles: [angles],
      slot: tensor('key slots of the suffix', 'B T', { B, T }, { kind, type: 'u32' }),
      row: tensor('query rows of the suffix', 'B T', { B, T }, { kind, type: 'u32' }),
    },
  };
}

const placesOf = (name: string, { B, T }: { B: number; T: number }, S: number, kind: InputKind) => ({
  position: tensor(`positions of the ${name}`, 'B T', { B, T }, { kind, type: 'u32' }),
  queryBlock: tensor(`query blocks of the ${name}`, 'B T', { B, T }, { kind, type: 'i32' }),
  keyBlock: tensor(`key blocks of the ${name}`, 'B S', { B, S }, { kind, type: 'i32' }),
});

export function flowTargets(config: ModelConfig, shape: Pi0Shape): FlowTargets {
  const sizes = { N: shape.B * tokensOf(config, shape).suffix, C: pi0Config(config).actionDim };
  return {
    wanted: tensor('wanted flow', 'N C', sizes, { kind: 'inputs' }),
    weight: tensor('loss weights', 'N C', sizes, { kind: 'inputs' }),
  };
}

/** Sizes of a layer's keys and values, for S tokens. */
export function cacheSizes(config: ModelConfig, B: number, S: number) {
  const { numKvHeads, headDim: H } = pi0Config(config).backbone;
  return { B, S, D: 2 * numKvHeads, H };
}

/**
 * Records what images and prompt become: their keys and values in every layer, at the first slots of `kv`. Nothing of
 * state or actions is seen, so they are the same at every step while nothing in front of them trains.
 * @param reach see streamKeys()
 * @returns the tokens that enter the backbone
 */
export function recordPrefix(
  tape: Tape,
  config: ModelConfig,
  parameters: Parameters,
  { images, promptTokens, places }: PrefixInputs,
  kv: readonly Tensor<'B S D H'>[],
  reach = false,
): Tensor<'N C'> {
  const { backbone, img } = pi0Config(config);
  const { B, T: S } = places.position.sizes;
  const { width: C } = backbone;
  const T = promptTokens.sizes.N / B;
  const tokens = tape.activation('prefix tokens', 'B S C', { B, S, C });
  if (images) {
    const seen = siglip(tape, img, parameters, images, C);
    placeRows(tape, { x: reshape(seen, 'B T C', { B, T: S - T, C }), first: 0, y: tokens });
  }
  const table = leafPieces({ parameters, lengths: backboneLengths(config) }, GEMMA.embedding);
  // Only words are scaled: image tokens enter as the tower gives them.
  const told = embed(tape, { tokens: promptTokens, table, scale: Math.sqrt(C) });
  placeRows(tape, { x: reshape(told, 'B T C', { B, T, C }), first: S - T, y: tokens });
  const x = reshape(tokens, 'N C', { N: B * S, C });
  const blocks = (index: number) => expertBlock(tape, { config: backbone, expert: 0, parameters, index }, places);
  streamKeys(tape, blocks, x, places, kv, reach);
  return x;
}

/** What of the suffix has been computed: the tokens that enter the expert, what conditions its norms, and v. */
export interface RecordedSuffix {
  /** (B · T, width) */
  readonly tokens: Tensor<'N C'>;
  /** (B, width); null of a π0. */
  readonly condition: Tensor<'N C'> | null;
  /** (B · T, action size); the row of a state token means nothing. */
  readonly v: Tensor<'N C'>;
}

/** Records the flow that the expert predicts for state and noisy actions, beside a prefix that is in `kv` already. */
export function recordSuffix(
  tape: Tape,
  config: ModelConfig,
  parameters: Parameters,
  inputs: SuffixInputs,
  kv: readonly Tensor<'B S D H'>[],
): RecordedSuffix {
  const { expert, actionDim } = pi0Config(config);
  const part = { parameters, lengths: projectionLengths(actionDim, expert) };
  const project: Project = (rows, x) => dense(tape, part, rows, x);
  const { state, places } = inputs;
  const { tokens, condition } = state
    ? { tokens: stateAndActions(tape, project, { ...inputs, state }), condition: null }
    : conditioned(tape, project, inputs);
  const own = { config: expert, expert: 1, parameters, ...(condition ? { condition } : {}) };
  const hidden = expertStream(tape, own, tokens, places, kv);
  return { tokens, condition, v: project(ACTION_PROJECTIONS.actionOut, hidden) };
}

type Project = (rows: DenseRows, x: Tensor<'N C'>) => Tensor<'N C'>;

/** The tokens of a π0: the state's, then the actions', each mixed with the time. */
function stateAndActions(
  tape: Tape,
  project: Project,
  { state, noisy, time, places }: SuffixInputs & { readonly state: Tensor<'N C'> },
): Tensor<'N C'> {
  const { B, T } = places.position.sizes;
  const { N } = noisy.sizes;
  const { C } = time.sizes;
  const tokens = tape.activation('suffix tokens', 'B S C', { B, S: T, C });
  const { actionIn, actionTimeIn, actionTimeOut } = ACTION_PROJECTIONS;
  const told = project(ACTION_PROJECTIONS.state, state);
  placeRows(tape, { x: reshape(told, 'B T C', { B, T: 1, C }), first: 0, y: tokens });

  const joined = tape.activation('actions and time', 'N C', { N, C: 2 * C });
  for (const [n, part] of [project(actionIn, noisy), time].entries()) {
    const y = reshape(joined, 'B S C', { B: N, S: 2 * C, C: 1 });
    placeRows(tape, { x: reshape(part, 'B T C', { B: N, T: C, C: 1 }), first: n * C, y });
  }
  const mixed = project(actionTimeOut, swish(tape, { x: project(actionTimeIn, joined) }));
  placeRows(tape, { x: reshape(mixed, 'B T C', { B, T: T - 1, C }), first: 1, y: tokens });
  return reshape(tokens, 'N C', { N: B * T, C });
}

/** The tokens of a π0.5, its actions alone, and what its norms make of the time: swish(out(swish(in(time)))). */
function conditioned(tape: Tape, project: Project, { noisy, time }: SuffixInputs) {
  const { actionIn, timeIn, timeOut } = ACTION_PROJECTIONS;
  const hidden = swish(tape, { x: project(timeIn, time) });
  return { tokens: project(actionIn, noisy), condition: swish(tape, { x: project(timeOut, hidden) }) };
}

/** Records loss += Σ weight · (v − wanted)². */
export function recordFlowLoss(tape: Tape, v: Tensor<'N C'>, { wanted, weight }: FlowTargets) {
  const error = tape.activation('squared errors', 'N', { N: v.sizes.N });
  const loss = tensor('loss', '', {}, { kind: 'workspace' });
  squaredError(tape, { v, wanted, weight, error, loss });
  return { error, loss };
}
