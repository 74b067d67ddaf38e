// Gradient of attention.forward.wgsl with respect to q. With p = exp(logit - lse), computed again:
//   dlogit[s] = p[s] * (dy · v[s] - row_dots),  dq (+)= Σ_s dlogit[s] * k[s] / √H  over the keys that the query sees
// One invocation per query and head.

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: query positions
override S: u32; // key positions
override Q: u32; // query heads
override D: u32; // key heads and value heads
override H: u32; // head size
override ADD: bool; // add to dq, or set it

@group(0) @binding(0) var<storage, read> q: array<f32>;           // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> kv: array<f32>;          // (B, S, D, H)
@group(0) @binding(2) var<storage, read> query_block: array<i32>; // (B, T)
@group(0) @binding(3) var<storage, read> key_block: array<i32>;   // (B, S)
@group(0) @binding(4) var<storage, read> lse: array<f32>;         // (B, T, Q)
@group(0) @binding(5) var<storage, read> dy: array<f32>;          // (B, T, Q, H)
@group(0) @binding(6) var<storage, read> row_dots: array<f32>;    // (B, T, Q)
@group(0) @binding(7) var<storage, read_write> dq: array<f32>;    // (B, T, Q, H)

#include "lib/attention.wgsl" // defines: four_from, kv_at, visible_keys, only, probabilities
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
  if (!ADD) {
    for (var h = 0u; h < H; h++) {
      dq[row * H + h] = 0;
    }
  }
  let bt = row / Q;
  let key_head = row % Q / (2 * Q / D);
  for (var first = 0u; first < S; first += 4) {
    let visible = visible_keys(bt, four_from(first));
    if (!any(visible)) {
      continue;
    }
    let s = only(visible, four_from(first));
    add_keys(row, kv_at(bt / T, s, key_head), kv_at(bt / T, s, D / 2 + key_head), visible);
  }
}

fn add_keys(row: u32, keys: vec4u, values: vec4u, visible: vec4<bool>) {
  let scale = 1 / sqrt(f32(H));
  var logits = vec4f();
  var dp = vec4f();
  for (var h = 0u; h < H; h++) {
    logits += q[row * H + h] * vec4f(kv[keys.x + h], kv[keys.y + h], kv[keys.z + h], kv[keys.w + h]);
    dp += dy[row * H + h] * vec4f(kv[values.x + h], kv[values.y + h], kv[values.z + h], kv[values.w + h]);
  }
  let p = probabilities(logits * scale, visible, vec4f(lse[row]), visible);
  let dlogits = select(vec4f(), p * (dp - row_dots[row]) * scale, visible);
  for (var h = 0u; h < H; h++) {
    dq[row * H + h] += dot(dlogits, vec4f(kv[keys.x + h], kv[keys.y + h], kv[keys.z + h], kv[keys.w + h]));
  }
}
