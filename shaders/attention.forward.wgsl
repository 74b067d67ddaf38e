// Softmax attention without a T×S matrix: keys come eight at a time, and y is rescaled as they come.
//   y[t] = Σ_s softmax_s(logit[t,s]) * v[s],  logit[t,s] = CAP * tanh(SCALE * q[t] · k[s] / CAP)
// over the keys with query_block[t] - WINDOW < key_block[s] <= query_block[t].
// Query head n uses key head n / (Q / K); D = 2 K holds the K key heads, then the K value heads.
// A query that sees no key gets the mean of all S values. Keeps the log of the sum of
// exponentials, or, for a query that sees no key, NO_KEY.
// One invocation per four query rows of a key head.

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

@group(0) @binding(0) var<storage, read> q: array<f32>;           // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> kv: array<f32>;          // (B, S, D, H)
@group(0) @binding(2) var<storage, read> query_block: array<i32>; // (B, T)
@group(0) @binding(3) var<storage, read> key_block: array<i32>;   // (B, S)
@group(0) @binding(4) var<storage, read_write> y: array<f32>;     // (B, T, Q, H)
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;   // (B, T, Q)

#include "lib/attention.wgsl" // defines: ROWS, MASKED, NO_KEY, four, inside, queries, windows, every_block, visible, scales, cap_logits, key_blocks, kv_at, kv_four, outer
#include "lib/attention_keys.wgsl" // defines: next_key, seen_keys, mask_keys, exponentials, scale_rows
#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  let fours = (ROWS + 3) / 4;
  if (index >= B * D / 2 * fours) {
    return;
  }
  let key_head = index / fours % (D / 2);
  let b = index / (fours * (D / 2));
  let rows = four(index % fours * 4, ROWS);
  let query = queries(b, key_head, rows);
  let within = windows(b, rows);
  let blind = !sighted(b, within);
  let seen = every_block(within, blind);
  var largest = vec4f(MASKED / 10);
  var sum = vec4f();
  var s = next_key(b, 0, seen);
  while (s < S) {
    let first = s / 8 * 8;
    let near_blocks = key_blocks(b * S + four(first, S));
    let far_blocks = key_blocks(b * S + four(first + 4, S));
    let near_keys = kv_at(b, seen_keys(first, near_blocks, seen, s), key_head);
    let far_keys = kv_at(b, seen_keys(first + 4, far_blocks, seen, s), key_head);
    var near = mat4x4f();
    var far = mat4x4f();
    for (var h = 0u; h < H; h++) {
      let q_four = vec4f(q[query.x * H + h], q[query.y * H + h], q[query.z * H + h], q[query.w * H + h]);
      near += outer(q_four, kv_four(near_keys + h));
      far += outer(q_four, kv_four(far_keys + h));
    }
    near = mask_keys(cap_logits(scale_rows(near, scales(seen))), near_blocks, inside(first, S), seen);
    far = mask_keys(cap_logits(scale_rows(far, scales(seen))), far_blocks, inside(first + 4, S), seen);
    let top = max(max(largest, top_of(near)), top_of(far));
    near = exponentials(near, top);
    far = exponentials(far, top);
    let kept = sum * exp(largest - top);
    sum = kept + (near + far) * vec4f(1);
    largest = top;
    let share = 1 / max(sum, vec4f(1e-30)); // a row may have seen none yet
    add_values(query * H, near_keys + D / 2 * H, scale_rows(near, share), far_keys + D / 2 * H, scale_rows(far, share), kept * share);
    s = next_key(b, first + 8, seen);
  }
  let log_sum = select(largest + log(sum), vec4f(NO_KEY), blind);
  lse[query.x] = log_sum.x;
  lse[query.y] = log_sum.y;
  lse[query.z] = log_sum.z;
  lse[query.w] = log_sum.w;
}

// Which of the four rows see a key.
fn sighted(b: u32, within: Seen) -> vec4<bool> {
  var see = vec4<bool>();
  for (var s = 0u; s < S && !all(see); s++) {
    see = see | visible(key_block[b * S + s], within);
  }
  return see;
}

fn top_of(logits: mat4x4f) -> vec4f {
  return max(max(logits[0], logits[1]), max(logits[2], logits[3]));
}

// y = y * kept + near · values + far · values. At first nothing is kept, and what y holds is not a number of ours.
fn add_values(y_at: vec4u, near_at: vec4u, near: mat4x4f, far_at: vec4u, far: mat4x4f, kept: vec4f) {
  let none = kept == vec4f();
  for (var h = 0u; h < H; h++) {
    let at = y_at + h;
    let before = select(vec4f(y[at.x], y[at.y], y[at.z], y[at.w]) * kept, vec4f(), none);
    let values = before + near * kv_four(near_at + h) + far * kv_four(far_at + h);
    y[at.x] = values.x;
    y[at.y] = values.y;
    y[at.z] = values.z;
    y[at.w] = values.w;
  }
}
