// The residual connection whose branch is let in by the gate of the row's sample:  y = a + gate * b.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override B: u32; // batch
override G: u32; // groups, 3: scale, shift, gate

@group(0) @binding(0) var<storage, read> a: array<f32>;         // (N, C)
@group(0) @binding(1) var<storage, read> b: array<f32>;         // (N, C)
@group(0) @binding(2) var<storage, read> condition: array<f32>; // (B, G, C)
@group(0) @binding(3) var<storage, read_write> y: array<f32>;   // (N, C)

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
  let sample = index / (N / B * C);
  y[index] = a[index] + condition[(sample * G + 2) * C + index % C] * b[index];
}
