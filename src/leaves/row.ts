/** How a leaf is declared: all that is true of it whatever a model's sizes. The tables beside this file have the rows. */

/** What reads leaves, as `op.argument`, and the axes under which it takes them; the letters are in README.md. */
export const READERS = {
  'embed.table': 'V C',
  'matmul.weight': 'G I O',
  'linear_rows.weight': 'O I',
  'lora.a': 'G I R',
  'lora.b': 'G R O',
  'sum_heads.b': 'G R O',
  'rms_norm.scale': 'C',
  'layer_norm.scale': 'C',
  'layer_norm.bias': 'C',
  'tile_rows.table': 'T C',
} as const;

export type Readers = typeof READERS;
export type Reader = keyof Readers;

type LettersOf<Shape extends string> = Shape extends `${infer First} ${infer Rest}` ? First | LettersOf<Rest> : Shape;

/** Axes whose length is a matter of the model's sizes. */
export const LETTERS = ['A', 'C', 'F', 'H', 'K', 'L', 'O', 'Q', 'R', 'T', 'V', 'X', 'Y'] as const;
export type Letter = (typeof LETTERS)[number];

/** One axis as it is stored: its letter, twice or three times as long as a letter says, or the same in every model. */
export type StoredAxis = Letter | '2C' | '3C' | number;

/** openpi's models with an action expert: π0.5 conditions the expert's norms on the time, and has no state token. */
export type ModelKind = 'π0' | 'π0.5';

/** How long the axes of one part of a model are. Without R it has no LoRA. */
export type Lengths = { readonly [A in Letter]?: number };

/**
 * How a run begins a leaf: at random around 0; PEFT's first factor, uniform within ±1/√(inputs), which is Kaiming's with
 * a = √5; or at zero.
 */
export type Start = { readonly standardDeviation: number } | 'uniform' | 'zeros';

export interface LeafRow {
  /** openpi's, or the hub's. `{e}` stands for the expert's suffix, `{l}` for the number of the layer, which then has a leaf of its own. */
  readonly path: string;
  /** The only op that reads it, except that a text model's head is its embedding. */
  readonly reader: Reader;
  /**
   * The reader's axes, each as the stored axes that it counts as one, in the order in which they are stored. An empty
   * list is a length of 1 that is not stored.
   */
  readonly axes: Readonly<Record<string, readonly StoredAxis[]>>;
  /** Is there one for each layer? They are stored together, the layers' axis first. */
  readonly stacked: boolean;
  /** Of a leaf that a run begins itself; the others come with the base. */
  readonly start?: Start;
  /** A leaf of one kind of model alone. */
  readonly only?: ModelKind;
  /** The experts after the first have it in this kind of model alone. */
  readonly laterOnly?: ModelKind;
  /** Only the experts after the first have it. */
  readonly notInFirst?: true;
  /** Only where each head has keys of its own, or only where heads share them. */
  readonly keys?: 'own' | 'shared';
}

/** A row whose reader is known, and with it the tensor that the model gets. */
export interface RowOf<R extends Reader> extends LeafRow {
  readonly reader: R;
  readonly axes: { readonly [A in LettersOf<Readers[R]>]: readonly StoredAxis[] };
}

/** A weight with the leaves of its LoRA. */
export interface Projection {
  readonly weight: RowOf<'matmul.weight'>;
  readonly a: RowOf<'lora.a'>;
  /** Of `sum_heads.b`, the sum over the heads is what the op takes. */
  readonly b: RowOf<'lora.b' | 'sum_heads.b'>;
  /** Is LoRA's part of the output multiplied by alpha / rank, or alpha / √rank? */
  readonly scaled: boolean;
  /** PEFT's names of the modules that share the leaf's groups, in order. */
  readonly peft: readonly string[];
}

/** A linear layer of the hub's models. */
export interface LinearRows {
  /** Path of the module within its layer, as `self_attn.q_proj`. */
  readonly module: string;
  /** As it stands in the files, (out, in). */
  readonly weight: RowOf<'linear_rows.weight'>;
  readonly bias: RowOf<'tile_rows.table'>;
  /** (in, rank): PEFT's A, transposed. */
  readonly a: RowOf<'lora.a'>;
  /** (rank, out): PEFT's B, transposed. */
  readonly b: RowOf<'lora.b'>;
}

/** A weight with a bias. */
export interface DenseRows {
  readonly kernel: RowOf<'matmul.weight'>;
  readonly bias: RowOf<'tile_rows.table'>;
}

/** A norm over channels, scale and bias. */
export interface NormRows {
  readonly scale: RowOf<'layer_norm.scale'>;
  readonly bias: RowOf<'layer_norm.bias'>;
}

/** A table of rows, alone or in groups, each under the key by which the model asks for it. */
export type Rows = Readonly<Record<string, LeafRow | Projection | LinearRows | DenseRows | NormRows>>;

const isRow = (value: unknown): value is LeafRow => typeof value === 'object' && value !== null && 'reader' in value;

/** All rows of a table. */
export const rowsOf = (table: Rows): LeafRow[] =>
  Object.values(table).flatMap((entry) => (isRow(entry) ? [entry] : Object.values(entry).filter(isRow)));

/** openpi's suffix of expert e in module names: none for the first, `_1` for the second. */
export const expertSuffix = (expert: number) => (expert === 0 ? '' : `_${expert}`);

/** The path of an expert's leaf, or of a layer's that has one of its own. */
export const pathOf = ({ path }: LeafRow, expert = 0, layer = 0): string =>
  path.replace('{e}', expertSuffix(expert)).replace('{l}', String(layer));

/** Has each layer a leaf of its own? */
export const isPerLayer = ({ path }: LeafRow): boolean => path.includes('{l}');

/** Does expert e have the leaf, in a model of some kind or, where none is given, of any? */
export function isOf({ path, only, laterOnly, notInFirst }: LeafRow, expert: number, kind?: ModelKind): boolean {
  const restricted = only ?? (expert > 0 ? laterOnly : undefined);
  if (kind !== undefined && restricted !== undefined && restricted !== kind) return false;
  return expert === 0 ? !notInFirst : path.includes('{e}');
}

/** Does a part of a model with axes of these lengths have the leaf? */
export const isIn = ({ keys, axes }: LeafRow, { Q, K, R }: Lengths): boolean =>
  (keys === undefined || keys === (Q === K ? 'own' : 'shared')) && (R !== undefined || !('R' in axes));

/** A dense layer at `path`. */
export function dense(
  path: string,
  { I, O }: Pick<RowOf<'matmul.weight'>['axes'], 'I' | 'O'>,
  options: Pick<LeafRow, 'stacked' | 'only' | 'notInFirst'>,
): DenseRows {
  return {
    kernel: { path: `${path}/kernel`, reader: 'matmul.weight', axes: { G: [], I, O }, ...options },
    bias: { path: `${path}/bias`, reader: 'tile_rows.table', axes: { T: [], C: O }, ...options },
  };
}
