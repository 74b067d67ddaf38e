// One element of the weight of a product. Uses: override WEIGHT_FORMAT; buffer weight, array<u32>; sizes.O.

#include "packed.wgsl" // defines: INT8, word_of, unpack_weight, row_words, first_scale, scale_of, unpack_integer

// weight[row, column], a row having O columns
fn weight_at(row: u32, column: u32) -> f32 {
  if (WEIGHT_FORMAT < INT8) {
    let at = row * sizes.O + column;
    return unpack_weight(weight[word_of(at, WEIGHT_FORMAT)], at, WEIGHT_FORMAT);
  }
  let first = row * row_words(sizes.O, WEIGHT_FORMAT);
  let scale = weight[first + first_scale(sizes.O) + scale_of(column, WEIGHT_FORMAT)];
  return unpack_integer(weight[first + column / 4], column) * bitcast<f32>(scale);
}
