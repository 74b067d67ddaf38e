// Gradient of add.forward.wgsl:  da (+)= dy. That of b is dy itself and needs no kernel.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override ADD: bool; // add to da, or set it

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (N, C)
@group(0) @binding(1) var<storage, read_write> da: array<f32>; // (N, C)

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
  var value = dy[index];
  if (ADD) {
    value += da[index];
  }
  da[index] = value;
}
