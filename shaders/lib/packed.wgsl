// Reading a weight declared as array<u32>. Its format says what a word holds: a float32, or two floats of 16 bits, the
// lower half first. Element i is unpack_weight(weight[word_of(i, WEIGHT_FORMAT)], i, WEIGHT_FORMAT).

const FLOAT32 = 0u;
const BFLOAT16 = 1u;
const FLOAT16 = 2u;

fn word_of(index: u32, format: u32) -> u32 {
  return select(index >> 1u, index, format == FLOAT32);
}

fn unpack_weight(word: u32, index: u32, format: u32) -> f32 {
  if (format == FLOAT32) {
    return bitcast<f32>(word);
  }
  let is_upper = (index & 1u) == 1u;
  if (format == FLOAT16) {
    let both = unpack2x16float(word);
    return select(both.x, both.y, is_upper);
  }
  return bitcast<f32>(select(word << 16u, word & 0xffff0000u, is_upper));
}

// Four weights in a row, of 16 bits each.
fn unpack_four(words: vec2u, format: u32) -> vec4f {
  if (format == FLOAT16) {
    return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
  }
  // × 65536 moves the lower half up: a software GPU has no fast shift
  return bitcast<vec4f>(vec4u(words.x * 65536u, words.x & 0xffff0000u, words.y * 65536u, words.y & 0xffff0000u));
}
