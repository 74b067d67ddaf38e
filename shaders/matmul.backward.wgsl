// Gradient of matmul.forward.wgsl with respect to x:  dx[n,j,i] (+)= SCALE · Σ_g,o dy[n,g,o] · weight[g,i,o],
// where g runs over all groups if they share one input (J = 1), and is j if not.

override WORKGROUP: u32;
override WEIGHT_FORMAT: u32;

struct Sizes {
  N: u32, // rows
  G: u32, // groups of weights
  O: u32, // output channels
  I: u32, // input channels
  J: u32, // groups of the input: 1 or G
  ADD: u32, // 1: add to dx, 0: set it
  SCALE: f32,
}

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (N, G, O)
@group(0) @binding(1) var<storage, read> weight: array<u32>;   // (G, I, O)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>; // (N, J, I)
@group(0) @binding(3) var<uniform> sizes: Sizes;               // ()

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/weight_at.wgsl" // defines: weight_at

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= sizes.N * sizes.J * sizes.I) {
    return;
  }
  let n = index / (sizes.J * sizes.I);
  let j = index / sizes.I % sizes.J;
  let i = index % sizes.I;
  let first = select(j, 0, sizes.J == 1);
  let last = select(j + 1, sizes.G, sizes.J == 1);

  var sum = 0.0;
  for (var g = first; g < last; g++) {
    for (var o = 0u; o < sizes.O; o++) {
      sum += dy[(n * sizes.G + g) * sizes.O + o] * weight_at(g * sizes.I + i, o);
    }
  }
  dx[index] = sizes.SCALE * sum + select(0, dx[index], sizes.ADD != 0);
}
