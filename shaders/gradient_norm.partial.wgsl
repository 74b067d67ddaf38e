// W sums of squares of one arena of gradients, each over every Wth block of WORKGROUP elements. One workgroup per sum.

override WORKGROUP: u32;
override LANES: u32; // all of them: one sum for each workgroup
override P: u32; // elements of the page
override W: u32; // partial sums

@group(0) @binding(0) var<storage, read> gradient: array<f32>;       // (P)
@group(0) @binding(1) var<storage, read_write> partials: array<f32>; // (W)

#include "lib/row_sum.wgsl" // defines: row_sum_to_first

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var squares = 0.0;
  for (var p = group.x * WORKGROUP + lane; p < P; p += W * WORKGROUP) {
    let g = gradient[p];
    squares += g * g;
  }
  let sum = row_sum_to_first(lane, squares);
  if (lane == 0) {
    partials[group.x] = sum;
  }
}
