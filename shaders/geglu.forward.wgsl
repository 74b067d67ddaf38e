// The gated activation:  y = gelu(gate) * up,  where x holds gate (g = 0) and up (g = 1).

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override G: u32; // groups, 2: gate, up
override F: u32; // feed-forward width

@group(0) @binding(0) var<storage, read> x: array<f32>;       // (N, G, F)
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // (N, F)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/gelu.wgsl" // defines: gelu

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
  let at = index + index / F * (G - 1) * F;
  y[index] = gelu(x[at]) * x[at + F];
}
