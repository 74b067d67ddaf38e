// Reading a weight declared as array<u32>. packed: two bf16 a word, the lower half first; otherwise the word is a float32.
// Element i is unpack_weight(weight[word_of(i, WEIGHT_PACKED)], i, WEIGHT_PACKED).

fn word_of(index: u32, packed: bool) -> u32 {
  return select(index, index >> 1u, packed);
}

fn unpack_weight(word: u32, index: u32, packed: bool) -> f32 {
  if (!packed) {
    return bitcast<f32>(word);
  }
  return bitcast<f32>(select(word << 16u, word & 0xffff0000u, (index & 1u) == 1u));
}

// Four weights in a row, packed.
fn unpack_four(words: vec2u) -> vec4f {
  // × 65536 moves the lower half up: a software GPU has no fast shift
  return bitcast<vec4f>(vec4u(words.x * 65536u, words.x & 0xffff0000u, words.y * 65536u, words.y & 0xffff0000u));
}
