// Gradient of attention.forward.wgsl with respect to q. With p = exp(logit - lse), computed again:
//   dlogit[s] = p[s] * (dy · v[s] - row_dots) * (1 - (logit / CAP)²),  dq (+)= SCALE * Σ_s dlogit[s] * k[s]
// over the keys that the query sees.
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
override ADD: bool; // add to dq, or set it

@group(0) @binding(0) var<storage, read> q: array<f32>;           // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> kv: array<f32>;          // (B, S, D, H)
@group(0) @binding(2) var<storage, read> query_block: array<i32>; // (B, T)
@group(0) @binding(3) var<storage, read> key_block: array<i32>;   // (B, S)
@group(0) @binding(4) var<storage, read> lse: array<f32>;         // (B, T, Q)
@group(0) @binding(5) var<storage, read> dy: array<f32>;          // (B, T, Q, H)
@group(0) @binding(6) var<storage, read> row_dots: array<f32>;    // (B, T, Q)
@group(0) @binding(7) var<storage, read_write> dq: array<f32>;    // (B, T, Q, H)

#include "lib/attention.wgsl" // defines: ROWS, NO_KEY, four, inside, queries, windows, every_block, scales, cap_logits, uncap, log_sums, key_blocks, kv_at, kv_four, outer
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
  let row_lse = vec4f(lse[query.x], lse[query.y], lse[query.z], lse[query.w]);
  let seen = every_block(windows(b, rows), row_lse >= vec4f(NO_KEY));
  let dots = vec4f(row_dots[query.x], row_dots[query.y], row_dots[query.z], row_dots[query.w]);
  var begun = ADD;
  var s = next_key(b, 0, seen);
  while (s < S) {
    let first = s / 8 * 8;
    let near_blocks = key_blocks(b * S + four(first, S));
    let far_blocks = key_blocks(b * S + four(first + 4, S));
    let near_keys = kv_at(b, seen_keys(first, near_blocks, seen, s), key_head);
    let far_keys = kv_at(b, seen_keys(first + 4, far_blocks, seen, s), key_head);
    var near = mat4x4f();
    var far = mat4x4f();
    var near_dp = mat4x4f();
    var far_dp = mat4x4f();
    for (var h = 0u; h < H; h++) {
      let at = query * H + h;
      let q_four = vec4f(q[at.x], q[at.y], q[at.z], q[at.w]);
      let dy_four = vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]);
      near += outer(q_four, kv_four(near_keys + h));
      far += outer(q_four, kv_four(far_keys + h));
      near_dp += outer(dy_four, kv_four(near_keys + D / 2 * H + h));
      far_dp += outer(dy_four, kv_four(far_keys + D / 2 * H + h));
    }
    near = cap_logits(scale_rows(near, scales(seen)));
    far = cap_logits(scale_rows(far, scales(seen)));
    let near_p = exponentials(mask_keys(near, near_blocks, inside(first, S), seen), log_sums(row_lse));
    let far_p = exponentials(mask_keys(far, far_blocks, inside(first + 4, S), seen), log_sums(row_lse));
    near = scale_rows(uncap(dlogits(near_p, near_dp, dots), near), scales(seen));
    far = scale_rows(uncap(dlogits(far_p, far_dp, dots), far), scales(seen));
    for (var h = 0u; h < H; h++) {
      let at = query * H + h;
      let before = select(vec4f(), vec4f(dq[at.x], dq[at.y], dq[at.z], dq[at.w]), begun);
      let values = before + near * kv_four(near_keys + h) + far * kv_four(far_keys + h);
      dq[at.x] = values.x;
      dq[at.y] = values.y;
      dq[at.z] = values.z;
      dq[at.w] = values.w;
    }
    begun = true;
    s = next_key(b, first + 8, seen);
  }
}

// p * (dp - row_dots)
fn dlogits(p: mat4x4f, dp: mat4x4f, dots: vec4f) -> mat4x4f {
  return mat4x4f(p[0] * (dp[0] - dots), p[1] * (dp[1] - dots), p[2] * (dp[2] - dots), p[3] * (dp[3] - dots));
}
