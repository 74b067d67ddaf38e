// Gradient of tile_rows.forward.wgsl:  dtable[t,c] (+)= Σ dy[n,c] over the rows n with n % T = t.

override WORKGROUP: u32;
override N: u32; // rows of y: a multiple of T
override T: u32; // time: rows of the table, one a position; 1: a bias
override C: u32; // channels
override ADD: bool; // add to dtable, or set it

@group(0) @binding(0) var<storage, read> dy: array<f32>;           // (N, C)
@group(0) @binding(1) var<storage, read_write> dtable: array<f32>; // (T, C)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= T * C) {
    return;
  }
  var sum = 0.0;
  for (var at = index; at < N * C; at += T * C) {
    sum += dy[at];
  }
  dtable[index] = sum + select(0, dtable[index], ADD);
}
