// Four rows against four keys: a matrix has a column for each key. Includes lib/attention.wgsl before.

// The first key from `first` on that one of the four rows sees.
fn next_key(b: u32, first: u32, seen: Seen) -> u32 {
  var s = first;
  while (s < S && !any(visible(key_block[b * S + s], seen))) {
    s++;
  }
  return s;
}

// The four keys from `first`; in place of those that no row sees, one that is seen. Its share is 0, but memory that
// nobody wrote may hold a NaN, and 0 * NaN is one.
fn seen_keys(first: u32, blocks: vec4i, seen: Seen, one: u32) -> vec4u {
  let are_seen = vec4<bool>(
    any(visible(blocks.x, seen)),
    any(visible(blocks.y, seen)),
    any(visible(blocks.z, seen)),
    any(visible(blocks.w, seen)),
  );
  return select(vec4u(one), four(first, S), are_seen);
}

// The logits, but MASKED where a row does not see a key.
fn mask_keys(logits: mat4x4f, blocks: vec4i, exists: vec4<bool>, seen: Seen) -> mat4x4f {
  return mat4x4f(
    select(vec4f(MASKED), logits[0], visible(blocks.x, seen) & vec4(exists.x)),
    select(vec4f(MASKED), logits[1], visible(blocks.y, seen) & vec4(exists.y)),
    select(vec4f(MASKED), logits[2], visible(blocks.z, seen) & vec4(exists.z)),
    select(vec4f(MASKED), logits[3], visible(blocks.w, seen) & vec4(exists.w)),
  );
}

// exp(logits - base), the base being one of each row.
fn exponentials(logits: mat4x4f, base: vec4f) -> mat4x4f {
  return mat4x4f(exp(logits[0] - base), exp(logits[1] - base), exp(logits[2] - base), exp(logits[3] - base));
}

// Each row times its factor.
fn scale_rows(m: mat4x4f, factor: vec4f) -> mat4x4f {
  return mat4x4f(m[0] * factor, m[1] * factor, m[2] * factor, m[3] * factor);
}
