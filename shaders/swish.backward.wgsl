// Gradient of swish.forward.wgsl:  dx (+)= dy * swish'(x).

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;        // (N, C)
@group(0) @binding(1) var<storage, read> dy: array<f32>;       // (N, C)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>; // (N, C)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/swish.wgsl" // defines: swish_slope

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
  dx[index] = dy[index] * swish_slope(x[index]) + select(0, dx[index], ADD);
}
