// Some rows of x, in the order of their indices:  y[n,c] = x[rows[n],c], or 0 where rows[n] is beyond the last row of x.

override WORKGROUP: u32;
override S: u32; // positions: rows of x
override N: u32; // rows that are taken
override C: u32; // channels

@group(0) @binding(0) var<storage, read> x: array<f32>;       // (S, C)
@group(0) @binding(1) var<storage, read> rows: array<u32>;    // (N)
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (N, C)

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
  let n = index / C;
  let row = rows[n];
  if (row < S) {
    y[index] = x[row * C + index - n * C];
  } else {
    y[index] = 0;
  }
}
