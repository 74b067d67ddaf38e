import { bind, type Dispatch, encode } from '../../gpu/dispatches';
import type { GpuFacts } from '../../gpu/facts';
import type { Call } from '../../gpu/kernel';
import type { Memory } from '../../gpu/memory';
import { submitAndRead } from '../../gpu/read_back';
import type { Storage, Tensor } from '../../gpu/tensor';
import { type ModelConfig, pi0Config } from '../../model/config';
import type { Parameters } from '../../model/parameters';
import {
  angleTable,
  type Pi0Shape,
  type PrefixInputs,
  prefixInputs,
  recordPrefix,
  recordSuffix,
  type SuffixInputs,
  suffixInputs,
  tokensOf,
} from '../../model/pi0';
import { bufferIn, type Plan, plan } from '../../plan/plan';
import { Tape } from '../../tape/tape';
import { preparePrefix, type Seen, suffixPlaces, timeEmbeddings } from './batch';
import { caches, prefixConstants, prefixTensors, suffixConstants, suffixTensors } from './step';
import { type PrefixReader, StoredPrefixes } from './stored_prefixes';

/** A recorded policy, before any GPU: the prefix once, then the suffix for each step along the flow. */
export interface RecordedActionsSampler {
  readonly config: ModelConfig;
  readonly shape: Pi0Shape;
  /** Null where the prefix is stored. */
  readonly prefixIn: PrefixInputs | null;
  readonly kv: readonly Tensor<'B S D H'>[];
  readonly suffixIn: SuffixInputs;
  readonly prefix: readonly Call[];
  readonly suffix: readonly Call[];
  readonly v: Tensor<'N C'>;
  readonly readFlow: Storage;
  readonly plan: Plan;
}

/**
 * Records the sampling of B action chunks at a time.
 * @param stored the prefix has been computed by a pass of its own, as of a step
 */
export function recordActionsSampler(
  config: ModelConfig,
  parameters: Parameters,
  shape: Pi0Shape,
  { software }: Pick<GpuFacts, 'software'>,
  stored = false,
): RecordedActionsSampler {
  const kind = 'sampler';
  const { suffix: T, all: S } = tokensOf(config, shape);
  const angles = angleTable(config, shape, kind);
  const prefixIn = stored ? null : prefixInputs(config, shape, { angles, S, kind });
  const suffixIn = suffixInputs(config, shape, { angles, kind });
  const kv = caches(config, { B: shape.B, S, kind });
  const [prefixTape, suffixTape] = [new Tape({ software, kind }), new Tape({ software, kind })];
  if (prefixIn) recordPrefix(prefixTape, config, parameters, prefixIn, kv);
  const { v } = recordSuffix(suffixTape, config, parameters, suffixIn, kv);
  const bytes = 4 * shape.B * T * pi0Config(config).actionDim;
  const readFlow: Storage = { label: 'read flow', bytes, kind: 'staging', planned: false, use: 'read back' };
  const [prefix, suffix] = [prefixTape.forward, suffixTape.forward];
  const planned = plan([...prefix, ...suffix], [readFlow], [v.storage]);
  return { config, shape, prefixIn, suffixIn, kv, prefix, suffix, v, readFlow, plan: planned };
}

/** Samples actions with one model, whose parameters must be on the GPU. */
export class ActionsSampler {
  readonly #memory: Memory;
  readonly #recorded: RecordedActionsSampler;
  readonly #prefix: readonly Dispatch[];
  readonly #suffix: readonly Dispatch[];
  readonly #stored: StoredPrefixes | undefined;

  private constructor(
    memory: Memory,
    recorded: RecordedActionsSampler,
    bound: readonly Dispatch[],
    stored: StoredPrefixes | undefined,
  ) {
    this.#memory = memory;
    this.#recorded = recorded;
    this.#stored = stored;
    this.#prefix = bound.slice(0, recorded.prefix.length);
    this.#suffix = bound.slice(recorded.prefix.length);
  }

  /** Allocates and binds. @param reader of the prefixes, where they are stored */
  static async create(
    memory: Memory,
    recorded: RecordedActionsSampler,
    reader?: PrefixReader,
  ): Promise<ActionsSampler> {
    const { prefix, suffix, plan: planned, prefixIn, suffixIn } = recorded;
    const bound = await bind(memory.device, [...prefix, ...suffix], bufferIn(memory, planned));
    for (const storage of planned.persistent) memory.buffer(storage);
    const constants = [...(prefixIn ? prefixConstants(prefixIn) : []), ...suffixConstants(suffixIn)];
    for (const [input, values] of constants) {
      memory.upload(input, values);
    }
    const stored = reader && new StoredPrefixes(memory, recorded.kv, reader);
    return new ActionsSampler(memory, recorded, bound, stored);
  }

  /**
   * Follows the flow from noise (t = 1) to actions (t = 0), in steps of Euler's method.
   * @param noise standard normal, (B, horizon, action size)
   * @returns actions, of the same shape
   */
  async sample(
    observations: Seen & { readonly state: ArrayLike<number> },
    noise: ArrayLike<number>,
    steps = 10,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { config, shape, prefixIn, suffixIn } = this.#recorded;
    const { actionDim: A } = pi0Config(config);
    const { all: S, suffix: T } = tokensOf(config, shape);
    await this.#stored?.fill(observations);
    if (prefixIn) this.#memory.uploadAll(prefixTensors(prefixIn), preparePrefix(config, shape, S, observations));
    this.#memory.uploadAll(suffixTensors(suffixIn.places), suffixPlaces(config, shape, observations));
    if (suffixIn.state) this.#memory.upload(suffixIn.state, Float32Array.from(observations.state));
    const { device } = this.#memory;
    const encoder = device.createCommandEncoder();
    encode(encoder, this.#prefix);
    device.queue.submit([encoder.finish()]);
    const actions = Float32Array.from(noise);
    const dt = -Math.fround(1 / steps);
    // Summed in float32, as openpi does: the embedding tells such times apart.
    for (let time = 1; time >= -dt / 2; time = Math.fround(time + dt)) {
      const times = new Array<number>(shape.B).fill(time);
      this.#memory.upload(suffixIn.time, timeEmbeddings(config, shape.horizon, times));
      this.#memory.upload(suffixIn.noisy, actions);
      const flow = await this.#flow();
      const chunk = shape.horizon * A;
      const before = T * A - chunk; // the state's row comes before the actions'
      for (let i = 0; i < actions.length; i++) {
        const at = i + (Math.floor(i / chunk) + 1) * before;
        actions[i] = actions[i]! + dt * flow[at]!;
      }
    }
    return actions;
  }

  /** Frees what only this sampler uses; parameters stay. */
  destroy(): void {
    const { plan: planned, readFlow } = this.#recorded;
    const own = planned.persistent.filter((storage) => storage.kind === 'sampler' || storage === readFlow);
    this.#memory.release([...planned.slots, ...own]);
  }

  /** v at the present actions and time. */
  async #flow(): Promise<Float32Array> {
    const { v, readFlow, plan: planned } = this.#recorded;
    const { device } = this.#memory;
    const encoder = device.createCommandEncoder();
    encode(encoder, this.#suffix);
    const part = { buffer: bufferIn(this.#memory, planned)(v.storage), offset: 0, bytes: readFlow.bytes };
    return new Float32Array(await submitAndRead(device, encoder, [part], this.#memory.buffer(readFlow)));
  }
}
