// Reading a weight declared as array<u32>. Its format says what a word holds: a float32, or two floats of 16 bits, the
// lower half first. Element i is unpack_weight(weight[word_of(i, WEIGHT_FORMAT)], i, WEIGHT_FORMAT). The formats from
// INT8 on lie in rows: integers of 8 bits, four to a word, then float32 scales, one for the row or, in Q8_0, one for 32
// neighbours; a row has an even number of words.

const FLOAT32 = 0u;
const BFLOAT16 = 1u;
const FLOAT16 = 2u;
const INT8 = 3u;
const Q8_0 = 4u;

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

// Words from a row of integers to the next.
fn row_words(columns: u32, format: u32) -> u32 {
  return (first_scale(columns) + select((columns + 31) / 32, 1, format == INT8) + 1) / 2 * 2;
}

// The word of its row that holds the first scale.
fn first_scale(columns: u32) -> u32 {
  return (columns + 3) / 4;
}

// Which of its row's scales is that of a column.
fn scale_of(column: u32, format: u32) -> u32 {
  return select(0, column / 32, format == Q8_0);
}

// The integer of a column, out of its word.
fn unpack_integer(word: u32, column: u32) -> f32 {
  return f32(bitcast<i32>(word << (24 - 8 * (column & 3))) >> 24);
}

// All four of a word. Multiplied into the highest byte each is 2²⁴ times itself, and no shift is needed.
fn unpack_integers(word: u32) -> vec4f {
  let highest = vec4u(word * 0x1000000u, word * 0x10000u, word * 0x100u, word) & vec4u(0xff000000u);
  return vec4f(bitcast<vec4i>(highest)) * 0x1p-24;
}
