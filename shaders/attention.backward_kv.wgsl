// Gradient of attention.forward.wgsl with respect to keys and values. With p = exp(logit - lse), computed again:
//   dlogit[t] = p[t] * (dy[t] · v - row_dots[t]),  dk (+)= Σ_t dlogit[t] * q[t] / √H,  dv (+)= Σ_t p[t] * dy[t]
// over the queries that see the key, and over all query heads of its key head. A query that sees no key passes
// 1 / S of its gradient to every value. One invocation per key position and key head; four query rows at a time.

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: query positions
override S: u32; // key positions
override Q: u32; // query heads
override D: u32; // key heads and value heads
override H: u32; // head size
override ADD: bool; // add to dkv, or set it

@group(0) @binding(0) var<storage, read> q: array<f32>;           // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> kv: array<f32>;          // (B, S, D, H)
@group(0) @binding(2) var<storage, read> query_block: array<i32>; // (B, T)
@group(0) @binding(3) var<storage, read> key_block: array<i32>;   // (B, S)
@group(0) @binding(4) var<storage, read> lse: array<f32>;         // (B, T, Q)
@group(0) @binding(5) var<storage, read> dy: array<f32>;          // (B, T, Q, H)
@group(0) @binding(6) var<storage, read> row_dots: array<f32>;    // (B, T, Q)
@group(0) @binding(7) var<storage, read_write> dkv: array<f32>;   // (B, S, D, H)

#include "lib/attention.wgsl" // defines: NO_KEY, four_from, only, probabilities
#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= B * S * D / 2) {
    return;
  }
  let bs = index / (D / 2);
  let key_head = index % (D / 2);
  let key = (bs * D + key_head) * H;
  let value = (bs * D + D / 2 + key_head) * H;
  if (!ADD) {
    for (var h = 0u; h < H; h++) {
      dkv[key + h] = 0;
      dkv[value + h] = 0;
    }
  }
  let heads = 2 * Q / D; // query heads of a key head
  for (var first = 0u; first < T * heads; first += 4) {
    let inside = four_from(first) < vec4u(T * heads);
    let r = only(inside, four_from(first));
    let t = bs / S * T + r / heads;
    let rows = t * Q + key_head * heads + r % heads;
    let blocks = vec4i(query_block[t.x], query_block[t.y], query_block[t.z], query_block[t.w]);
    add_queries(key, value, rows, (vec4i(key_block[bs]) <= blocks) & inside, inside);
  }
}

fn add_queries(key: u32, value: u32, rows: vec4u, visible: vec4<bool>, inside: vec4<bool>) {
  let row_lse = vec4f(lse[rows.x], lse[rows.y], lse[rows.z], lse[rows.w]);
  let sees_none = (row_lse == vec4f(NO_KEY)) & inside;
  if (!any(visible | sees_none)) {
    return;
  }
  let scale = 1 / sqrt(f32(H));
  let at = rows * H;
  var logits = vec4f();
  var dp = vec4f();
  for (var h = 0u; h < H; h++) {
    logits += kv[key + h] * vec4f(q[at.x + h], q[at.y + h], q[at.z + h], q[at.w + h]);
    dp += kv[value + h] * vec4f(dy[at.x + h], dy[at.y + h], dy[at.z + h], dy[at.w + h]);
  }
  let p = probabilities(logits * scale, visible, row_lse, inside);
  let dots = vec4f(row_dots[rows.x], row_dots[rows.y], row_dots[rows.z], row_dots[rows.w]);
  let dlogits = select(vec4f(), p * (dp - dots) * scale, visible);
  for (var h = 0u; h < H; h++) {
    dkv[key + h] += dot(dlogits, vec4f(q[at.x + h], q[at.y + h], q[at.z + h], q[at.w + h]));
    dkv[value + h] += dot(p, vec4f(dy[at.x + h], dy[at.y + h], dy[at.z + h], dy[at.w + h]));
  }
}
