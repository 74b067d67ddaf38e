// Four neighbours of a row of the weight of a product. Uses: override WEIGHT_FORMAT; buffer weight, array<vec2u>; sizes.O, a
// multiple of 4.

#include "packed.wgsl" // defines: FLOAT32, INT8, unpack_four, row_words, first_scale, scale_of, unpack_integers

// From a row to the next, in vectors of four; in words where these are integers.
fn row_stride() -> u32 {
  return select(sizes.O / 4, row_words(sizes.O, WEIGHT_FORMAT), WEIGHT_FORMAT >= INT8);
}

fn weight_word(at: u32) -> u32 {
  return weight[at / 2][at & 1];
}

// weight[4 · column … 4 · column + 3] of the row that begins at `row`
fn weight_four(row: u32, column: u32) -> vec4f {
  let at = row + column;
  if (WEIGHT_FORMAT == FLOAT32) {
    return bitcast<vec4f>(vec4u(weight[2 * at], weight[2 * at + 1]));
  }
  if (WEIGHT_FORMAT >= INT8) {
    let scale = weight_word(row + first_scale(sizes.O) + scale_of(4 * column, WEIGHT_FORMAT));
    return unpack_integers(weight_word(at)) * bitcast<f32>(scale);
  }
  return unpack_four(weight[at], WEIGHT_FORMAT);
}
