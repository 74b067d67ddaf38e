// Gradient of squared_error.forward.wgsl:  dv (+)= 2 * weight * (v - wanted).

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override ADD: bool; // add to dv, or set it

@group(0) @binding(0) var<storage, read> v: array<f32>;        // (N, C)
@group(0) @binding(1) var<storage, read> wanted: array<f32>;   // (N, C)
@group(0) @binding(2) var<storage, read> weight: array<f32>;   // (N, C)
@group(0) @binding(3) var<storage, read_write> dv: array<f32>; // (N, C)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * C) {
    return;
  }
  dv[index] = 2 * weight[index] * (v[index] - wanted[index]) + select(0, dv[index], ADD);
}
