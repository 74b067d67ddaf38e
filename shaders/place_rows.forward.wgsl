// Writes rows among others, for each of the batch:  y[b, FIRST + t, c] = x[b, t, c]. The other rows of y stay.

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: rows of x
override S: u32; // positions of y
override C: u32; // channels
override FIRST: u32; // where the rows of x begin in y

@group(0) @binding(0) var<storage, read> x: array<f32>;       // (B, T, C)
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // (B, S, C)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= B * T * C) {
    return;
  }
  y[index + (index / (T * C) * (S - T) + FIRST) * C] = x[index];
}
