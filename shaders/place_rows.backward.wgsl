// Gradient of place_rows.forward.wgsl:  dx[b,t,c] (+)= dy[b, FIRST + t, c].

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: rows of x
override S: u32; // positions of y
override C: u32; // channels
override FIRST: u32; // where the rows of x begin in y
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (B, S, C)
@group(0) @binding(1) var<storage, read_write> dx: array<f32>; // (B, T, C)

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
  dx[index] = dy[index + (index / (T * C) * (S - T) + FIRST) * C] + select(0, dx[index], ADD);
}
