import { type Bindings, type Call, call, type Kernel, type Overrides, type Tensors } from '../gpu/kernel';
import {
  type ElementType,
  type MemoryKind,
  reshape,
  type Sizes,
  type Storage,
  type Tensor,
  tensor,
} from '../gpu/tensor';

/** A gradient to write: set it the first time, add to it after that. `ADD` is the override that tells the shader. */
export interface GradientTarget<S extends string> {
  readonly d: Tensor<S>;
  readonly ADD: boolean;
}

interface BackwardRule {
  /** Null for the loss, whose gradient is 1. */
  readonly y: Tensor<string> | null;
  readonly emit: (dy: Tensor<string>) => void;
  readonly segment: Segment | null;
}

/** Calls first … last - 1 of the forward list: what is computed again before its backward. */
interface Segment {
  readonly first: number;
  last: number;
}

/** What the loss's rule is called with; it takes no argument. */
const NO_GRADIENT = tensor('no gradient', '', {}, { kind: 'workspace' });

/**
 * Records a computation without a GPU. Ops append forward calls and say how to emit their backward calls;
 * `differentiate` walks back through those that lead to something trainable. What nobody needs is never
 * recorded, so it costs no memory: that is the whole freezing mechanism.
 */
export class Tape {
  readonly forward: Call[] = [];
  readonly backward: Call[] = [];
  readonly software: boolean;
  readonly #kind: MemoryKind | undefined;
  readonly #rules: BackwardRule[] = [];
  readonly #needing = new Set<Storage>();
  readonly #gradients = new Map<Storage, Tensor<string>>();
  readonly #recompute: boolean;
  readonly #layers: Segment[] = [];
  #segment: Segment | null = null;
  #target = this.forward;
  /** While a segment's backward is emitted: where its activations are computed again. */
  #recomputed = new Map<Storage, Storage>();

  /**
   * @param options.software the GPU that will run this is software; see GpuFacts. Default: a graphics card
   * @param options.recompute compute each layer again before its backward instead of keeping its activations
   * @param options.kind what all planned memory is for, where it is neither activations nor workspace of a step
   */
  constructor(options: { software?: boolean; recompute?: boolean; kind?: MemoryKind } = {}) {
    this.software = options.software ?? false;
    this.#recompute = options.recompute ?? false;
    this.#kind = options.kind;
  }

  /** A tensor that lives from its first write to its last read. Inside a backward rule it is workspace. */
  activation<const S extends string>(label: string, shape: S, sizes: Sizes<S>, type: ElementType = 'f32'): Tensor<S> {
    const kind = this.#kind ?? (this.#target === this.forward ? 'activations' : 'workspace');
    return tensor(label, shape, sizes, { type, kind, planned: true });
  }

  /** Appends one dispatch: to the forward list, or, inside a backward rule, to the backward list. */
  call<B extends Bindings>(spec: Kernel<B>, tensors: Tensors<B>, overrides: Overrides = {}): void {
    this.#target.push(call(spec, this.#recomputed.size > 0 ? this.#relocateAll(tensors) : tensors, overrides));
  }

  /** Does the loss's gradient have to reach this tensor? */
  needs(t: Tensor<string>): boolean {
    return t.gradient !== undefined || this.#needing.has(t.storage);
  }

  /**
   * States that y depends on these inputs. If one of them needs a gradient, so does y, and `emit` is called
   * with y's gradient when the tape is differentiated.
   */
  differentiable<S extends string>(
    y: Tensor<S>,
    inputs: readonly Tensor<string>[],
    emit: (dy: Tensor<S>) => void,
  ): void {
    if (!inputs.some((input) => this.needs(input))) return;
    this.#needing.add(y.storage);
    this.#rules.push({ y, emit: emit as (dy: Tensor<string>) => void, segment: this.#segment });
  }

  /**
   * States that the loss's gradient goes back as far as t, though no parameter there asks for it. What is recorded then
   * is the least that any run takes whose gradient comes by here; it is not meant to be run.
   */
  reach(t: Tensor<string>): void {
    this.#needing.add(t.storage);
    const storage: Storage = { label: `d ${t.label}`, bytes: 0, kind: 'workspace', planned: false };
    this.#gradients.set(t.storage, { ...t, storage });
  }

  /** States that the loss depends on these inputs; `emit` begins the backward list. */
  loss(inputs: readonly Tensor<string>[], emit: () => void): void {
    if (inputs.some((input) => this.needs(input))) this.#rules.push({ y: null, emit, segment: this.#segment });
  }

  /** Where to write the gradient of t, and whether to add. Call it once for each contribution. */
  gradient<S extends string>(t: Tensor<S>): GradientTarget<S> {
    if (t.gradient) return { d: t.gradient, ADD: true }; // summed over uses and micro-batches; cleared each step
    const existing = this.#gradients.get(t.storage);
    if (existing) return { d: reshape(existing, t.shape, t.sizes), ADD: true };
    const own = tensor(`d ${t.label}`, t.shape, t.sizes, { kind: 'workspace', planned: true });
    const d = { ...own, storage: { ...own.storage, bytes: t.storage.bytes } }; // t may be the first rows of its memory
    this.#gradients.set(t.storage, d);
    return { d, ADD: false };
  }

  /**
   * The gradient of t is the gradient of y, unchanged: no copy. Only for a t that nothing else uses,
   * so that nobody adds to the shared memory.
   * @throws Error where t has a gradient of its own
   */
  shareGradient(t: Tensor<string>, dy: Tensor<string>): void {
    if (this.#gradients.has(t.storage)) throw new Error(`${t.label} has a gradient of its own already`);
    this.#gradients.set(t.storage, dy);
  }

  /** Runs `layer` as one unit of re-computation: with `recompute`, nothing inside it is kept for backward. */
  layer<T>(layer: () => T): T {
    const segment = { first: this.forward.length, last: this.forward.length };
    this.#segment = segment;
    const result = layer();
    segment.last = this.forward.length;
    this.#layers.push(segment);
    this.#segment = null;
    return result;
  }

  /** Where the forward list may be cut so that each layer stands alone: the first call of each, and of what follows it. */
  get cuts(): number[] {
    const edges = this.#layers.flatMap(({ first, last }) => [first, last]);
    return [...new Set(edges)].filter((at) => at > 0 && at < this.forward.length).sort((a, b) => a - b);
  }

  /**
   * Emits the backward calls, last op first.
   * @throws Error that names an activation which needs a gradient and gets none
   */
  differentiate(): void {
    this.#target = this.backward;
    let current: Segment | null = null;
    for (const { y, emit, segment } of this.#rules.toReversed()) {
      if (segment !== current) {
        current = segment;
        this.#recomputed = new Map();
        if (segment && this.#recompute) this.#computeAgain(segment);
      }
      const dy = y && this.#gradients.get(y.storage);
      if (y && !dy) throw new Error(`${y.label} needs a gradient, but nothing after it gives one`);
      emit(dy ? reshape(dy, y.shape, y.sizes) : NO_GRADIENT);
    }
    this.#target = this.forward;
  }

  /** Appends a segment's forward calls to the backward list, writing to fresh memory. */
  #computeAgain({ first, last }: Segment): void {
    for (const forward of this.forward.slice(first, last)) {
      for (const [name, binding] of Object.entries(forward.kernel.bindings)) {
        const { storage } = forward.tensors[name]!;
        if (binding.access !== 'read_write' || !storage.planned || this.#recomputed.has(storage)) continue;
        this.#recomputed.set(storage, { ...storage, kind: 'workspace', label: `${storage.label} again` });
      }
      this.backward.push({ ...forward, tensors: this.#relocateAll(forward.tensors) });
    }
  }

  #relocateAll<T extends Readonly<Record<string, Tensor<string>>>>(tensors: T): T {
    return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, this.#relocate(t)])) as T;
  }

  #relocate(t: Tensor<string>): Tensor<string> {
    const storage = this.#recomputed.get(t.storage);
    return storage ? { ...t, storage } : t;
  }
}
