// Gradient of attention.forward.wgsl with respect to keys and values. With p = exp(logit - lse), computed again:
//   dlogit[t] = p[t] * (dy[t] · v - row_dots[t]) * (1 - (logit / CAP)²),
//   dk (+)= SCALE * Σ_t dlogit[t] * q[t],  dv (+)= Σ_t p[t] * dy[t]
// over the queries that see the key, and over all query heads of its key head. A query that sees no key passes
// 1 / S of its gradient to every value. Keys before FIRST get none. One invocation per four positions of a key head;
// query rows come in fours.

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: query positions
override S: u32; // positions of keys
override Q: u32; // query heads
override D: u32; // key heads and value heads
override H: u32; // head size
override SCALE: f32; // of the products of queries and keys
override CAP: f32; // what no logit passes; 0: there is none
override WINDOW: i32; // how many blocks a query sees, the last of them its own
override ADD: bool; // add to dkv, or set it
override FIRST: u32; // the first position that needs a gradient

@group(0) @binding(0) var<storage, read> q: array<f32>;           // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> kv: array<f32>;          // (B, S, D, H)
@group(0) @binding(2) var<storage, read> query_block: array<i32>; // (B, T)
@group(0) @binding(3) var<storage, read> key_block: array<i32>;   // (B, S)
@group(0) @binding(4) var<storage, read> lse: array<f32>;         // (B, T, Q)
@group(0) @binding(5) var<storage, read> dy: array<f32>;          // (B, T, Q, H)
@group(0) @binding(6) var<storage, read> row_dots: array<f32>;    // (B, T, Q)
@group(0) @binding(7) var<storage, read_write> dkv: array<f32>;   // (B, S, D, H)

#include "lib/attention.wgsl" // defines: HEADS, ROWS, MASKED, NO_KEY, four, inside, queries, windows, every_block, scales, cap_logits, uncap, log_sums, key_blocks, kv_at, kv_four, outer
#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  let fours = (S - FIRST + 3) / 4;
  if (index >= B * D / 2 * fours) {
    return;
  }
  let key_head = index / fours % (D / 2);
  let b = index / (fours * (D / 2));
  let s = four(FIRST + index % fours * 4, S);
  let keys = kv_at(b, s, key_head);
  let values = keys + D / 2 * H;
  let blocks = key_blocks(b * S + s);
  var begun = ADD;
  var r = next_row(b, 0, blocks);
  while (r < ROWS) {
    let first = r / 4 * 4;
    let rows = four(first, ROWS);
    let query = queries(b, key_head, rows);
    let row_lse = vec4f(lse[query.x], lse[query.y], lse[query.z], lse[query.w]);
    let seen = every_block(windows(b, rows), row_lse >= vec4f(NO_KEY));
    var logits = mat4x4f(); // a column for each row
    var dp = mat4x4f();
    for (var h = 0u; h < H; h++) {
      logits += outer(kv_four(keys + h), q_four(query * H + h));
      dp += outer(kv_four(values + h), dy_four(query * H + h));
    }
    logits = cap_logits(scale_columns(logits, scales(seen)));
    let p = probabilities(logits, blocks, seen, inside(first, ROWS), log_sums(row_lse));
    let ds = scale_columns(uncap(dlogits(p, dp, query), logits), scales(seen));
    for (var h = 0u; h < H; h++) {
      add_four(keys + h, ds * q_four(query * H + h), begun);
      add_four(values + h, p * dy_four(query * H + h), begun);
    }
    begun = true;
    r = next_row(b, first + 4, blocks);
  }
  for (var h = 0u; h < H && !begun; h++) { // nobody sees these keys
    add_four(keys + h, vec4f(), false);
    add_four(values + h, vec4f(), false);
  }
}

// The first row from `first` on that sees one of four blocks, or that sees no key, for which all count.
fn next_row(b: u32, first: u32, blocks: vec4i) -> u32 {
  var r = first;
  while (r < ROWS) {
    let bt = b * T + r / HEADS;
    let last = query_block[bt];
    if (any((blocks >= vec4i(last - (WINDOW - 1))) & (blocks <= vec4i(last))) || lse[bt * Q] >= NO_KEY) {
      break;
    }
    r++;
  }
  return r;
}

// Each column, which is a row of attention, times its factor.
fn scale_columns(m: mat4x4f, factor: vec4f) -> mat4x4f {
  return mat4x4f(m[0] * factor.x, m[1] * factor.y, m[2] * factor.z, m[3] * factor.w);
}

fn probabilities(logits: mat4x4f, blocks: vec4i, seen: Seen, exists: vec4<bool>, row_lse: vec4f) -> mat4x4f {
  return mat4x4f(
    probability(logits[0], (blocks >= vec4i(seen.first.x)) & (blocks <= vec4i(seen.last.x)) & vec4(exists.x), row_lse.x),
    probability(logits[1], (blocks >= vec4i(seen.first.y)) & (blocks <= vec4i(seen.last.y)) & vec4(exists.y), row_lse.y),
    probability(logits[2], (blocks >= vec4i(seen.first.z)) & (blocks <= vec4i(seen.last.z)) & vec4(exists.z), row_lse.z),
    probability(logits[3], (blocks >= vec4i(seen.first.w)) & (blocks <= vec4i(seen.last.w)) & vec4(exists.w), row_lse.w),
  );
}

fn probability(logits: vec4f, are_visible: vec4<bool>, row_lse: f32) -> vec4f {
  return exp(select(vec4f(MASKED), logits, are_visible) - row_lse);
}

// p * (dp - row_dots)
fn dlogits(p: mat4x4f, dp: mat4x4f, query: vec4u) -> mat4x4f {
  return mat4x4f(
    p[0] * (dp[0] - row_dots[query.x]),
    p[1] * (dp[1] - row_dots[query.y]),
    p[2] * (dp[2] - row_dots[query.z]),
    p[3] * (dp[3] - row_dots[query.w]),
  );
}

fn q_four(at: vec4u) -> vec4f {
  return vec4f(q[at.x], q[at.y], q[at.z], q[at.w]);
}

fn dy_four(at: vec4u) -> vec4f {
  return vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]);
}

// dkv = values, or, where it has begun, dkv + values.
fn add_four(at: vec4u, values: vec4f, begun: bool) {
  let sums = values + select(vec4f(), vec4f(dkv[at.x], dkv[at.y], dkv[at.z], dkv[at.w]), begun);
  dkv[at.x] = sums.x;
  dkv[at.y] = sums.y;
  dkv[at.z] = sums.z;
  dkv[at.w] = sums.w;
}
