// Gradient of the loss with respect to the logits of one tile, in their place:
//   dlogits[n,v] = (exp(capped - lse[n]) - [v is the target]) * weight[n] * (1 - (capped / CAP)²),  capped = soft_cap(logit)

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override U: u32; // rows of the vocabulary in this tile
override FIRST: u32; // the tile's first row of the vocabulary
override CAP: f32; // of the logits; 0: none, and the last factor is 1

@group(0) @binding(0) var<storage, read> targets: array<u32>;       // (N)
@group(0) @binding(1) var<storage, read> weight: array<f32>;        // (N)
@group(0) @binding(2) var<storage, read> lse: array<f32>;           // (N)
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>; // (N, U)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/soft_cap.wgsl" // defines: soft_cap_one, soft_cap_slope_one

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * U) {
    return;
  }
  let n = index / U;
  let target_one = select(0.0, 1.0, FIRST + index - n * U == targets[n]);
  let capped = soft_cap_one(dlogits[index], CAP);
  dlogits[index] = (exp(capped - lse[n]) - target_one) * weight[n] * soft_cap_slope_one(capped, CAP);
}
