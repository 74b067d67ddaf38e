import type { DecoderConfig, LayerForm, Rotation } from '../model/decoder_config';
import type { FamilyForm } from './family';
import { type ConfigFields, shown } from './fields';
import { FRESH, FRESH_OR_OTHER } from './ways_out';

export const MOST_BASE = 1e12;
export const MOST_FACTOR = 1e6;
const MOST_POSITIONS = 2 ** 30;
const FULL = 'full_attention';
const SLIDING = 'sliding_attention';

const OTHER_ROPE = 'Choose a model whose positions are plain, linear or as in Llama 3.';

/**
 * How positions become angles: of all layers, or of layers that see everything and of those with a window. The hub's form has
 * `rope_theta` and `rope_scaling`; the form of transformers 5 has both in `rope_parameters`, by kind of layer in Gemma 3.
 *
 * @throws ProblemError for another kind of scaling than linear and llama3
 */
export function readRotations(fields: ConfigFields, form: FamilyForm): DecoderConfig['rotations'] {
  const parameters = fields.says('rope_parameters') ? fields.within('rope_parameters') : null;
  const scaling = fields.says('rope_scaling') ? fields.within('rope_scaling') : null;
  if (form.localBase === undefined) {
    refuseNested(parameters, false);
    return [rotationOf(fields, scaling ?? parameters, 'rope_theta', form.ropeBase)];
  }
  refuseNested(parameters, true);
  const full = parameters?.says(FULL) ? parameters.within(FULL) : null;
  const sliding = parameters?.says(SLIDING) ? parameters.within(SLIDING) : null;
  return [
    rotationOf(fields, scaling ?? full, 'rope_theta', form.ropeBase, full),
    rotationOf(fields, sliding, 'rope_local_base_freq', form.localBase),
  ];
}

/** By kind of layer where the family has two, and flat where it has one. */
function refuseNested(parameters: ConfigFields | null, nested: boolean): void {
  const odd = parameters?.keys().find((key) => [FULL, SLIDING].includes(key) !== nested);
  if (parameters && odd !== undefined)
    throw parameters.refuse(`${parameters.named(odd)} is not known of this family.`, OTHER_ROPE);
}

/**
 * @param given What says type and factors, where anything does
 * @param key Where the configuration itself has the base
 * @param based What may have the base besides, before the configuration
 */
function rotationOf(
  fields: ConfigFields,
  given: ConfigFields | null,
  key: string,
  absent: number,
  based: ConfigFields | null = given,
): Rotation {
  const own = [given, based].find((one) => one?.says('rope_theta'));
  const base = own ? own.positive('rope_theta', MOST_BASE) : fields.positive(key, MOST_BASE, absent);
  const scaling = given ? scalingOf(given) : undefined;
  return { base, ...(scaling ? { scaling } : {}) };
}

function scalingOf(given: ConfigFields): Rotation['scaling'] {
  const key = given.says('rope_type') || !given.has('type') ? 'rope_type' : 'type';
  const type = given.has(key) ? given.get(key) : 'default';
  refusePartial(given);
  if (type === 'default') return undefined;
  if (type === 'linear') return { type, factor: given.positive('factor', MOST_FACTOR) };
  if (type !== 'llama3')
    throw given.refuse(`${given.named(key)} is ${shown(type)}, which is not known here.`, OTHER_ROPE);
  const lowFrequencyFactor = given.positive('low_freq_factor', MOST_FACTOR);
  const highFrequencyFactor = given.positive('high_freq_factor', MOST_FACTOR);
  if (highFrequencyFactor <= lowFrequencyFactor)
    throw given.refuse(
      `${given.named('high_freq_factor')} is ${highFrequencyFactor}, not above low_freq_factor ${lowFrequencyFactor}.`,
      OTHER_ROPE,
    );
  return {
    type,
    factor: given.positive('factor', MOST_FACTOR),
    lowFrequencyFactor,
    highFrequencyFactor,
    originalPositions: given.count('original_max_position_embeddings', MOST_POSITIONS),
  };
}

/** @throws ProblemError where only a part of a head is rotated */
export function refusePartial(fields: ConfigFields): void {
  const part = fields.get('partial_rotary_factor') ?? 1;
  if (part !== 1)
    throw fields.refuse(
      `${fields.named('partial_rotary_factor')} is ${shown(part)}: only a part of each head would be rotated.`,
      OTHER_ROPE,
    );
}

/**
 * What each layer sees, and which angles it has.
 * @throws ProblemError for `layer_types` of another length or another word, and for windows without a length
 */
export function readLayers(fields: ConfigFields, form: FamilyForm, depth: number): LayerForm[] {
  const window = windowOf(fields, form);
  const sliding = slidingLayers(fields, form, depth, window);
  if (window === null && sliding.includes(true))
    throw fields.refuse('Some of its layers have a window, and no sliding_window says how long.', FRESH);
  const own = form.localBase === undefined ? 0 : 1;
  return sliding.map((one) => (one ? { window, rotation: own } : { window: null, rotation: 0 }));
}

/** Tokens that a layer with a window sees, itself among them; null where none is meant. */
function windowOf(fields: ConfigFields, form: FamilyForm): number | null {
  if (form.windows === 'above max_window_layers' && !fields.flag('use_sliding_window', false)) return null;
  if (fields.has('sliding_window') && fields.get('sliding_window') === null) return null;
  return fields.count('sliding_window', MOST_POSITIONS, form.window);
}

function slidingLayers(fields: ConfigFields, form: FamilyForm, depth: number, window: number | null): boolean[] {
  if (fields.says('layer_types')) return readLayerTypes(fields, form, depth);
  const layers = Array.from({ length: depth }, (_, layer) => layer);
  if (form.windows === 'even layers') return layers.map((layer) => layer % 2 === 0);
  if (form.windows === 'all but every sixth') {
    const pattern = fields.count('sliding_window_pattern', MOST_POSITIONS, 6);
    return layers.map((layer) => (layer + 1) % pattern !== 0);
  }
  if (form.windows === 'never' || window === null) return layers.map(() => false);
  const first = fields.count('max_window_layers', MOST_POSITIONS, 28, 0);
  return layers.map((layer) => layer >= first);
}

function readLayerTypes(fields: ConfigFields, form: FamilyForm, depth: number): boolean[] {
  const types = fields.get('layer_types');
  if (!Array.isArray(types)) throw fields.refuse(`layer_types is ${shown(types)}, which is no list.`, FRESH_OR_OTHER);
  if (types.length !== depth)
    throw fields.refuse(`layer_types names ${types.length} layers, and num_hidden_layers is ${depth}.`, FRESH_OR_OTHER);
  const known: unknown[] = form.windows === 'never' ? [FULL] : [FULL, SLIDING];
  const odd = types.findIndex((type) => !known.includes(type));
  if (odd >= 0)
    throw fields.refuse(
      `layer_types says ${shown(types[odd])} of layer ${odd}, which is not known of this family.`,
      FRESH_OR_OTHER,
    );
  return types.map((type) => type === SLIDING);
}
