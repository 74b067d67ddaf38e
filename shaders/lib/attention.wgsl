// What the kernels of attention share: four positions at a time.
// Uses: overrides T, S, Q, D, H; buffers query_block, key_block.

const NO_KEY = -3e38; // logsumexp of a query that sees no key: far below any that is real

fn four_from(first: u32) -> vec4u {
  return vec4u(first, first + 1, first + 2, first + 3);
}

// Where in kv the heads d of positions s begin, in row b of the batch.
fn kv_at(b: u32, s: vec4u, d: u32) -> vec4u {
  return ((b * S + s) * D + d) * H;
}

// Which of four keys a query sees; none beyond the last.
fn visible_keys(bt: u32, s: vec4u) -> vec4<bool> {
  let at = bt / T * S + min(s, vec4u(S - 1));
  let blocks = vec4i(key_block[at.x], key_block[at.y], key_block[at.z], key_block[at.w]);
  return (blocks <= vec4i(query_block[bt])) & (s < vec4u(S));
}

// Instead of what is not wanted, one that is: its share is 0, but memory that nobody wrote may hold a NaN, and 0 * NaN is one.
fn only(wanted: vec4<bool>, s: vec4u) -> vec4u {
  let fallback = select(select(select(s.w, s.z, wanted.z), s.y, wanted.y), s.x, wanted.x);
  return select(vec4u(fallback), s, wanted);
}

// Probabilities of four keys; a query that sees none spreads evenly over all S, as a softmax of equal logits does.
fn probabilities(logits: vec4f, visible: vec4<bool>, lse: vec4f, inside: vec4<bool>) -> vec4f {
  let p = select(vec4f(), exp(select(vec4f(), logits - lse, visible)), visible);
  return select(p, vec4f(1 / f32(S)), (lse == vec4f(NO_KEY)) & inside);
}
