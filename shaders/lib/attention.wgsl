// What the kernels of attention share. A row is a query of one head; a key head has ROWS of them. Rows and keys are
// taken four at a time, so that each number that is read serves several products, whatever the size of a head.
// A row that sees no key counts as one that sees all of them, with logits of 0: it gets the mean of all values.
// Uses: overrides B, T, S, Q, D, H, SCALE, CAP, WINDOW; buffers kv, query_block, key_block.

#include "soft_cap.wgsl" // defines: soft_cap, soft_cap_slope

override HEADS = 2 * Q / D; // query heads of a key head
override ROWS = T * HEADS; // rows of a key head

const EVERY_BLOCK = 2147483647;
const MASKED = -1e30; // a logit whose exponential is 0
const NO_KEY = 1e30; // log-sum-exp of a row that sees none

// The blocks that four rows see, those of their windows.
struct Seen {
  first: vec4i,
  last: vec4i,
}

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

fn windows(b: u32, rows: vec4u) -> Seen {
  let bt = times(b, rows);
  let last = vec4i(query_block[bt.x], query_block[bt.y], query_block[bt.z], query_block[bt.w]);
  return Seen(last - (WINDOW - 1), last);
}

// The same, but every block for rows that see no key.
fn every_block(seen: Seen, blind: vec4<bool>) -> Seen {
  return Seen(select(seen.first, vec4i(-EVERY_BLOCK), blind), select(seen.last, vec4i(EVERY_BLOCK), blind));
}

// Which of the four rows see this block.
fn visible(block: i32, seen: Seen) -> vec4<bool> {
  return (vec4i(block) >= seen.first) & (vec4i(block) <= seen.last);
}

// What the products of four rows with keys are scaled by.
fn scales(seen: Seen) -> vec4f {
  return select(vec4f(SCALE), vec4f(), seen.last == vec4i(EVERY_BLOCK));
}

// The logits that scaled products give.
fn cap_logits(scaled: mat4x4f) -> mat4x4f {
  return mat4x4f(soft_cap(scaled[0], CAP), soft_cap(scaled[1], CAP), soft_cap(scaled[2], CAP), soft_cap(scaled[3], CAP));
}

// The gradient of the scaled products, from that of the logits.
fn uncap(dlogits: mat4x4f, logits: mat4x4f) -> mat4x4f {
  return mat4x4f(
    dlogits[0] * soft_cap_slope(logits[0], CAP),
    dlogits[1] * soft_cap_slope(logits[1], CAP),
    dlogits[2] * soft_cap_slope(logits[2], CAP),
    dlogits[3] * soft_cap_slope(logits[3], CAP),
  );
}

// The log-sum-exp that belongs to logits of 0, where that of a row is NO_KEY.
fn log_sums(row_lse: vec4f) -> vec4f {
  return select(row_lse, vec4f(log(f32(S))), row_lse >= vec4f(NO_KEY));
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
