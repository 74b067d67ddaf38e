// What the kernels of attention share. A row is a query of one head; a key head has ROWS of them. Rows and keys are
// taken four at a time, so that each number that is read serves several products, whatever the size of a head.
// A query that sees no key counts as one that sees all of them, with logits of 0: it gets the mean of all values.
// Uses: overrides B, T, S, Q, D, H; buffers kv, query_block, key_block.

override HEADS = 2 * Q / D; // query heads of a key head
override ROWS = T * HEADS; // rows of a key head

const EVERY_BLOCK = 2147483647;
const MASKED = -1e30; // a logit whose exponential is 0

// Four positions from `first`; in place of those past the end, the last one.
fn four(first: u32, end: u32) -> vec4u {
  return min(vec4u(first, first + 1, first + 2, first + 3), vec4u(end - 1));
}

// Which of the four positions from `first` exist.
fn inside(first: u32, end: u32) -> vec4<bool> {
  return vec4u(first, first + 1, first + 2, first + 3) < vec4u(end);
}

// Rows of a key head as (b, t), and as rows of q.
fn times(b: u32, rows: vec4u) -> vec4u {
  return b * T + rows / HEADS;
}

fn queries(b: u32, key_head: u32, rows: vec4u) -> vec4u {
  return times(b, rows) * Q + key_head * HEADS + rows % HEADS;
}

// The lowest block of all keys: a query below it sees none.
fn lowest_block(b: u32) -> i32 {
  var lowest = EVERY_BLOCK;
  for (var s = 0u; s < S; s++) {
    lowest = min(lowest, key_block[b * S + s]);
  }
  return lowest;
}

// Up to which block four rows see.
fn limits(b: u32, rows: vec4u, lowest: i32) -> vec4i {
  let bt = times(b, rows);
  let blocks = vec4i(query_block[bt.x], query_block[bt.y], query_block[bt.z], query_block[bt.w]);
  return select(blocks, vec4i(EVERY_BLOCK), blocks < vec4i(lowest));
}

// What the products of four rows with keys are scaled by.
fn scales(limits: vec4i) -> vec4f {
  return select(vec4f(1 / sqrt(f32(H))), vec4f(), limits == vec4i(EVERY_BLOCK));
}

fn key_blocks(bs: vec4u) -> vec4i {
  return vec4i(key_block[bs.x], key_block[bs.y], key_block[bs.z], key_block[bs.w]);
}

// Where head d of positions s begins in kv.
fn kv_at(b: u32, s: vec4u, d: u32) -> vec4u {
  return ((b * S + s) * D + d) * H;
}

fn kv_four(at: vec4u) -> vec4f {
  return vec4f(kv[at.x], kv[at.y], kv[at.z], kv[at.w]);
}

// Column j is a * b[j].
fn outer(a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(a * b.x, a * b.y, a * b.z, a * b.w);
}
