// The gated activation of two products:  y = act(gate) * up.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override F: u32; // feed-forward width
override SILU: bool; // act is swish, also called silu, or gelu in its tanh form

@group(0) @binding(0) var<storage, read> gate: array<f32>;    // (N, F)
@group(0) @binding(1) var<storage, read> up: array<f32>;      // (N, F)
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (N, F)

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
  if (SILU) {
    y[index] = swish(x) * up[index];
  } else {
    y[index] = gelu(x) * up[index];
  }
}
