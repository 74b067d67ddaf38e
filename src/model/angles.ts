import type { Rotation } from './decoder_config';

/** That of every Gemma of the first generation, and so of openpi's models. */
export const GEMMA_ROTATION: Rotation = { base: 10000 };

/**
 * By how many radians each of the H/2 pairs of a head turns from one position to the next: base^(−2i/H), scaled, in
 * float64. Of `llama3` those whose wavelength the unscaled model knew well stay as they are, those it hardly knew are
 * divided by the factor, and between the two the one passes over into the other.
 */
export function frequenciesOf({ base, scaling }: Rotation, headDim: number): number[] {
  const plain = Array.from({ length: headDim / 2 }, (_, i) => 1 / base ** ((2 * i) / headDim));
  if (!scaling) return plain;
  if (scaling.type === 'linear') return plain.map((frequency) => frequency / scaling.factor);
  if (scaling.type === 'factors') return plain.map((frequency, i) => frequency / scaling.factors[i]!);
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  return plain.map((frequency) => {
    const turns = (originalPositions * frequency) / (2 * Math.PI); // within the positions that it was trained on
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return kept * frequency + ((1 - kept) * frequency) / factor;
  });
}

/**
 * Rotation table of RoPE, (Z, H): row z holds H/2 cosines, then H/2 sines, of z times each frequency.
 * Computed in float64, because WGSL's sin and cos are good to 2^-11 only.
 */
export function rotationAngles(positions: number, frequencies: readonly number[]): Float32Array<ArrayBuffer> {
  const half = frequencies.length;
  const table = new Float32Array(positions * 2 * half);
  for (let z = 0; z < positions; z++) {
    for (const [i, frequency] of frequencies.entries()) {
      table[z * 2 * half + i] = Math.cos(z * frequency);
      table[z * 2 * half + half + i] = Math.sin(z * frequency);
    }
  }
  return table;
}
