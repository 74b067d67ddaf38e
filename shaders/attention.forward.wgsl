// Softmax attention without a T×S matrix: keys come four at a time, and y is rescaled when a larger logit appears.
//   y[t] = Σ_s softmax_s(q[t] · k[s] / √H) * v[s]  over the keys with key_block[s] <= query_block[t]
// Query head n uses key head n / (Q / K); D = 2 K holds the K key heads, then the K value heads.
// A query that sees no key gets the mean of all S values. Keeps the log of the sum of exponentials.
// One invocation per query and head.

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: query positions
override S: u32; // key positions
override Q: u32; // query heads
override D: u32; // key heads and value heads
override H: u32; // head size

@group(0) @binding(0) var<storage, read> q: array<f32>;           // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> kv: array<f32>;          // (B, S, D, H)
@group(0) @binding(2) var<storage, read> query_block: array<i32>; // (B, T)
@group(0) @binding(3) var<storage, read> key_block: array<i32>;   // (B, S)
@group(0) @binding(4) var<storage, read_write> y: array<f32>;     // (B, T, Q, H)
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;   // (B, T, Q)

#include "lib/attention.wgsl" // defines: NO_KEY, four_from, kv_at, visible_keys, only
#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane, WORKGROUP);
  if (row >= B * T * Q) {
    return;
  }
  let bt = row / Q;
  let key_head = row % Q / (2 * Q / D);
  let value_head = D / 2 + key_head;
  var largest = NO_KEY;
  var sum = 0.0;
  for (var first = 0u; first < S; first += 4) {
    let visible = visible_keys(bt, four_from(first));
    if (!any(visible)) {
      continue;
    }
    let s = only(visible, four_from(first));
    let logits = select(vec4f(NO_KEY), dots(row, kv_at(bt / T, s, key_head)), visible);
    let top = max(max(max(logits.x, logits.y), max(logits.z, logits.w)), largest);
    let kept = select(0.0, exp(largest - top), sum > 0);
    let p = select(vec4f(), exp(logits - top), visible);
    add_values(row, kv_at(bt / T, s, value_head), p, kept);
    sum = sum * kept + dot(p, vec4f(1));
    largest = top;
  }
  if (sum > 0) {
    lse[row] = largest + log(sum);
    scale_row(row, 1 / sum);
  } else {
    lse[row] = NO_KEY;
    for (var first = 0u; first < S; first += 4) {
      let inside = four_from(first) < vec4u(S);
      let p = select(vec4f(), vec4f(1 / f32(S)), inside);
      let s = only(inside, four_from(first));
      add_values(row, kv_at(bt / T, s, value_head), p, select(1.0, 0.0, first == 0));
    }
  }
}

// The query's logits for four keys.
fn dots(row: u32, at: vec4u) -> vec4f {
  var sum = vec4f();
  for (var h = 0u; h < H; h++) {
    sum += q[row * H + h] * vec4f(kv[at.x + h], kv[at.y + h], kv[at.z + h], kv[at.w + h]);
  }
  return sum / sqrt(f32(H));
}

// y = y * kept + p · values. Where nothing is kept, y is not read: it was not written yet.
fn add_values(row: u32, at: vec4u, p: vec4f, kept: f32) {
  for (var h = 0u; h < H; h++) {
    let value = dot(p, vec4f(kv[at.x + h], kv[at.y + h], kv[at.z + h], kv[at.w + h]));
    y[row * H + h] = value + select(0, y[row * H + h] * kept, kept > 0);
  }
}

fn scale_row(row: u32, factor: f32) {
  for (var h = 0u; h < H; h++) {
    y[row * H + h] *= factor;
  }
}
