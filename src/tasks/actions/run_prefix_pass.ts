import type { LayerWeights } from '../../base/weights';
import { toBf16 } from '../../floats';
import { bind, type Dispatch, encode } from '../../gpu/dispatches';
import type { Memory } from '../../gpu/memory';
import { submitAndRead } from '../../gpu/read_back';
import { bytesOf, type Storage, type Tensor } from '../../gpu/tensor';
import { bufferIn } from '../../plan/plan';
import { imagePatches, type Observations, prefixPlaces } from './batch';
import { type PassLayer, type RecordedPrefixPass, transientOf } from './prefix_pass';
import { prefixConstants, prefixTensors } from './step';

/** Takes keys and values of some frames, layer by layer. Of each layer they come frame by frame. */
export interface PrefixSink {
  /** @param frame its place among the frames of the block @param bytes one frame's, of one layer, (P, D, H) */
  write(frame: number, layer: number, bytes: Uint8Array<ArrayBuffer>): void;
}

/** Layers and frames that are done. */
export interface PassProgress {
  /** Of the tower and the backbone, with what lies between them. */
  readonly layer: number;
  readonly layers: number;
  readonly frame: number;
  readonly frames: number;
}

export interface PassOptions {
  readonly weights: LayerWeights;
  /** Ids of all words that occur, by their place in the recorded vocabulary. */
  readonly words: readonly number[];
  readonly progress?: (progress: PassProgress) => void;
  /** Asked before each frame: it waits while the run is paused, and throws where it is over. */
  readonly gate?: () => Promise<void>;
}

/** What is seen and told in one frame. */
export type SeenFrame = Pick<Observations, 'images' | 'imageMask' | 'promptTokens' | 'promptMask'>;

/** The pass on a device. What lies on the GPU all the time is allocated once; the weights come and go. */
export class PrefixPass {
  readonly #memory: Memory;
  readonly #recorded: RecordedPrefixPass;
  readonly #options: PassOptions;
  readonly #placeOf: ReadonlyMap<number, number>;

  constructor(memory: Memory, recorded: RecordedPrefixPass, options: PassOptions) {
    this.#memory = memory;
    this.#recorded = recorded;
    this.#options = options;
    this.#placeOf = new Map(options.words.map((id, place) => [id, place]));
    for (const storage of [...recorded.plan.persistent, ...recorded.plan.slots]) memory.buffer(storage);
    for (const [input, values] of prefixConstants(recorded.inputs)) memory.upload(input, values);
  }

  /**
   * Takes a block of frames through all layers. What a layer needs is read while the frames go through the one before it.
   * @param seen of each frame, as many as the pass has room for at most
   */
  async run(seen: readonly SeenFrame[], sink: PrefixSink): Promise<void> {
    const { layers, frames } = this.#recorded;
    if (seen.length > frames) throw new Error(`${seen.length} frames given, and there is room for ${frames}`);
    const places = seen.map((frame) => this.#placesOf(frame));
    await this.#load(layers[0]!);
    for (const [n, layer] of layers.entries()) {
      const next = layers[n + 1];
      const loaded = next ? this.#load(next) : Promise.resolve();
      loaded.catch(() => undefined); // heard below
      try {
        await this.#runLayer(n, seen, places, sink);
      } finally {
        await loaded; // before an error goes on: what it writes to may be freed then
      }
      this.#memory.release(this.#transient(layer));
    }
  }

  #transient = (layer: PassLayer): readonly Storage[] => transientOf(layer, this.#recorded.kv);

  #load(layer: PassLayer): Promise<void> {
    for (const storage of this.#transient(layer)) this.#memory.buffer(storage);
    return this.#options.weights.loadSlices(this.#memory, layer.weights, this.#options.words);
  }

  async #runLayer(
    n: number,
    seen: readonly SeenFrame[],
    places: readonly ReturnType<typeof prefixPlaces>[],
    sink: PrefixSink,
  ): Promise<void> {
    const { layers, plan, kv, staging } = this.#recorded;
    const layer = layers[n]!;
    const { device } = this.#memory;
    const { gate, progress } = this.#options;
    const dispatches = await bind(device, layer.calls, bufferIn(this.#memory, plan));
    let reading: Promise<void> = Promise.resolve();
    for (const [frame, one] of seen.entries()) {
      await gate?.();
      this.#upload(layer, one, places[frame]!);
      const encoder = this.#encode(n, dispatches, frame);
      if (layer.writes === null) device.queue.submit([encoder.finish()]);
      else {
        const before = reading;
        const read = this.#read(encoder, kv[layer.writes]!, staging[frame % staging.length]!);
        reading = read.then((bytes) => sink.write(frame, layer.writes!, bytes));
        reading.catch(() => undefined); // heard below
        await before; // one frame is on its way while the next is computed
      }
      progress?.({ layer: n, layers: layers.length, frame: frame + 1, frames: seen.length });
    }
    await reading;
    await this.#memory.settled();
  }

  /** Not with the whole frame: its images are made when they are asked for. */
  #placesOf({ imageMask, promptMask, promptTokens: ids }: SeenFrame) {
    const { config, shape, inputs } = this.#recorded;
    const promptTokens = Array.from(ids, (id) => {
      const place = this.#placeOf.get(id);
      if (place === undefined) throw new Error(`the word ${id} is not among those of the pass`);
      return place;
    });
    return prefixPlaces(config, shape, inputs.places.keyBlock.sizes.S, { imageMask, promptMask, promptTokens });
  }

  #upload(layer: PassLayer, frame: SeenFrame, places: ReturnType<typeof prefixPlaces>): void {
    const { config, shape, inputs } = this.#recorded;
    const tensors: Readonly<Record<string, Tensor<string>>> = prefixTensors(inputs);
    const values: Readonly<Record<string, ArrayBufferView<ArrayBuffer>>> = { ...places };
    for (const name of layer.inputs) {
      this.#memory.upload(tensors[name]!, name === 'patches' ? imagePatches(config, shape, frame) : values[name]!);
    }
  }

  /** Puts back what the frame kept, runs the layer, and keeps what the next one needs. */
  #encode(n: number, dispatches: readonly Dispatch[], frame: number): GPUCommandEncoder {
    const { layers } = this.#recorded;
    const encoder = this.#memory.device.createCommandEncoder();
    this.#copyKept(encoder, layers[n]!.before, frame, 'back');
    encode(encoder, dispatches);
    this.#copyKept(encoder, layers[n + 1]?.before ?? [], frame, 'away');
    return encoder;
  }

  #copyKept(encoder: GPUCommandEncoder, storages: readonly Storage[], frame: number, way: 'back' | 'away'): void {
    const { kept, frames, plan } = this.#recorded;
    const buffer = this.#memory.buffer(kept);
    let at = (frame * kept.bytes) / frames;
    for (const storage of storages) {
      const slot = this.#memory.buffer(plan.slotOf.get(storage)!);
      if (way === 'back') encoder.copyBufferToBuffer(buffer, at, slot, 0, storage.bytes);
      else encoder.copyBufferToBuffer(slot, 0, buffer, at, storage.bytes);
      at += storage.bytes;
    }
  }

  async #read(encoder: GPUCommandEncoder, kv: Tensor<'B S D H'>, staging: Storage): Promise<Uint8Array<ArrayBuffer>> {
    const part = { buffer: this.#memory.buffer(kv.storage), offset: kv.offset, bytes: bytesOf(kv) };
    const bytes = await submitAndRead(this.#memory.device, encoder, [part], this.#memory.buffer(staging));
    return this.#recorded.precision === 'f32'
      ? new Uint8Array(bytes)
      : new Uint8Array(toBf16(new Float32Array(bytes)).buffer);
  }
}
