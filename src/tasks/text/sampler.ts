import { bind, type Dispatch, encode } from '../../gpu/dispatches';
import type { GpuFacts } from '../../gpu/facts';
import type { Call } from '../../gpu/kernel';
import type { Memory } from '../../gpu/memory';
import { submitAndRead } from '../../gpu/read_back';
import { type Storage, type Tensor, tensor } from '../../gpu/tensor';
import type { Positions } from '../../model/block';
import type { AnyConfig } from '../../model/config';
import type { Parameters } from '../../model/parameters';
import { angleTables, angleValues, cacheSizes, recordTextLogits, textModelOf } from '../../model/text';
import type { TextModel } from '../../model/text_model';
import { bufferIn, type Plan, plan } from '../../plan/plan';
import { randomStream } from '../../random';
import { Tape } from '../../tape/tape';
import { type Choice, choose } from './choose';

/** A recorded decoder of one token at a time, before any GPU. */
export interface RecordedTextSampler {
  readonly model: TextModel;
  readonly calls: readonly Call[];
  readonly plan: Plan;
  readonly places: Positions;
  readonly tokens: Tensor<'N'>;
  readonly logits: Tensor<'N V'>;
  readonly readLogits: Storage;
  /** S: tokens of prompt and answer together. */
  readonly context: number;
}

/** Records the decoder: keys and values of earlier tokens are kept, so a token costs one pass over the weights. */
export function recordTextSampler(
  config: AnyConfig,
  parameters: Parameters,
  context: number,
  { software }: Pick<GpuFacts, 'software'>,
): RecordedTextSampler {
  const model = textModelOf(config);
  const own = { kind: 'sampler' } as const;
  const one = { B: 1, T: 1, S: context };
  const places: Positions = {
    angles: angleTables(model, context, 'sampler'),
    position: tensor('position', 'B T', one, { ...own, type: 'u32' }),
    slot: tensor('key slot', 'B T', one, { ...own, type: 'u32' }),
    row: tensor('query row', 'B T', one, { ...own, type: 'u32' }), // one query: always 0
    queryBlock: tensor('query block', 'B T', one, { ...own, type: 'i32' }),
    keyBlock: tensor('key blocks', 'B S', one, { ...own, type: 'i32' }),
  };
  const tokens = tensor('token', 'N', { N: 1 }, { ...own, type: 'u32' });
  const logits = tensor('logits', 'N V', { N: 1, V: model.vocabSize }, own);
  const caches = Array.from({ length: model.depth }, (_, l) =>
    tensor(`keys and values ${l}`, 'B S D H', cacheSizes(model, 1, context), own),
  );
  const tape = new Tape({ software, kind: 'sampler' });
  recordTextLogits(tape, model, parameters, { places, tokens, logits }, caches);
  const readLogits: Storage = {
    label: 'read logits',
    bytes: 4 * model.vocabSize,
    kind: 'staging',
    planned: false,
    use: 'read back',
  };
  const calls = tape.forward;
  return { model, calls, plan: plan(calls, [readLogits]), places, tokens, logits, readLogits, context };
}

export interface SampleOptions extends Choice {
  readonly maxTokens: number;
  readonly seed: number;
  /** Ids that end the answer; they are not part of it. */
  readonly stopAt: ReadonlySet<number>;
  readonly onToken: (ids: readonly number[]) => void;
  readonly cancelled: () => boolean;
}

/** Continues token sequences with one model. */
export class TextSampler {
  readonly #memory: Memory;
  readonly #recorded: RecordedTextSampler;
  readonly #dispatches: readonly Dispatch[];

  private constructor(memory: Memory, recorded: RecordedTextSampler, dispatches: readonly Dispatch[]) {
    this.#memory = memory;
    this.#recorded = recorded;
    this.#dispatches = dispatches;
  }

  /** Allocates and binds. The model's parameters must be on the GPU. */
  static async create(memory: Memory, recorded: RecordedTextSampler): Promise<TextSampler> {
    const { model, calls, plan: planned, places } = recorded;
    const dispatches = await bind(memory.device, calls, bufferIn(memory, planned));
    memory.buffer(recorded.readLogits);
    for (const [table, values] of angleValues(model, places.angles)) memory.upload(table, values);
    // Block = position: a query sees what was written before it and itself, so the cache needs no clearing.
    memory.upload(
      places.keyBlock,
      Int32Array.from({ length: recorded.context }, (_, s) => s),
    );
    return new TextSampler(memory, recorded, dispatches);
  }

  /** Ids that follow the prompt. A prompt that leaves no room keeps its end. */
  async continue(prompt: readonly number[], options: SampleOptions): Promise<number[]> {
    const { context } = this.#recorded;
    const room = Math.max(1, context - options.maxTokens);
    const kept = prompt.slice(-room);
    const random = randomStream('sample', options.seed);
    const answer: number[] = [];
    let logits: Float32Array | undefined;
    for (const [position, id] of kept.entries())
      logits = await this.#advance(id, position, position === kept.length - 1);
    while (logits && answer.length < options.maxTokens && !options.cancelled()) {
      const id = choose(logits, options, random);
      if (options.stopAt.has(id)) break;
      answer.push(id);
      options.onToken(answer);
      const position = kept.length + answer.length - 1;
      if (position >= context) break;
      logits = await this.#advance(id, position, true);
    }
    return answer;
  }

  /** Frees what only this sampler uses; parameters stay. */
  destroy(): void {
    const { plan: planned, readLogits } = this.#recorded;
    const own = planned.persistent.filter((storage) => storage.kind === 'sampler' || storage === readLogits);
    this.#memory.release([...planned.slots, ...own]);
  }

  /** Writes one token to the cache; reads the logits after it where they are wanted. */
  async #advance(id: number, position: number, wanted: boolean): Promise<Float32Array | undefined> {
    const { places, tokens, logits, readLogits } = this.#recorded;
    this.#memory.upload(tokens, Uint32Array.of(id));
    this.#memory.upload(places.position, Uint32Array.of(position));
    this.#memory.upload(places.slot, Uint32Array.of(position));
    this.#memory.upload(places.queryBlock, Int32Array.of(position));
    const { device } = this.#memory;
    const encoder = device.createCommandEncoder();
    encode(encoder, this.#dispatches);
    if (!wanted) {
      device.queue.submit([encoder.finish()]);
      return undefined;
    }
    const part = { buffer: this.#memory.buffer(logits.storage), offset: 0, bytes: readLogits.bytes };
    return new Float32Array(await submitAndRead(device, encoder, [part], this.#memory.buffer(readLogits)));
  }
}
