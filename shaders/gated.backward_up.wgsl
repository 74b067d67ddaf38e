// Gradient of gated.forward.wgsl with respect to up:  dup (+)= dy * act(gate).

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override F: u32; // feed-forward width
override SILU: bool; // act is swish, also called silu, or gelu in its tanh form
override ADD: bool; // add to dup, or set it

@group(0) @binding(0) var<storage, read> gate: array<f32>;      // (N, F)
@group(0) @binding(1) var<storage, read> dy: array<f32>;        // (N, F)
@group(0) @binding(2) var<storage, read_write> dup: array<f32>; // (N, F)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/gelu.wgsl" // defines: gelu
#include "lib/swish.wgsl" // defines: swish

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * F) {
    return;
  }
  let x = gate[index];
  var factor = 0.0;
  if (SILU) {
    factor = swish(x);
  } else {
    factor = gelu(x);
  }
  dup[index] = dy[index] * factor + select(0, dup[index], ADD);
}
