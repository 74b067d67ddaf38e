// G products side by side: y[n,g,o] (+)= SCALE · Σ_i x[n,j,i] · weight[g,i,o], where j = g, or 0 if all groups share one input (J = 1).
// The plain one, for any size; matmul_tiled.forward.wgsl must agree with it.

override WORKGROUP: u32;
override WEIGHT_FORMAT: u32;

struct Sizes {
  N: u32, // rows
  J: u32, // groups of the input: 1 or G
  I: u32, // input channels
  G: u32, // groups of weights
  O: u32, // output channels
  ADD: u32, // 1: add to y, 0: set it
  SCALE: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // (N, J, I)
@group(0) @binding(1) var<storage, read> weight: array<u32>;  // (G, I, O)
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (N, G, O)
@group(0) @binding(3) var<uniform> sizes: Sizes;              // ()

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/weight_at.wgsl" // defines: weight_at

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= sizes.N * sizes.G * sizes.O) {
    return;
  }
  let n = index / (sizes.G * sizes.O);
  let g = index / sizes.O % sizes.G;
  let o = index % sizes.O;
  let x_row = (n * sizes.J + select(g, 0, sizes.J == 1)) * sizes.I;

  var sum = 0.0;
  for (var i = 0u; i < sizes.I; i++) {
    sum += x[x_row + i] * weight_at(g * sizes.I + i, o);
  }
  y[index] = sizes.SCALE * sum + select(0, y[index], sizes.ADD != 0);
}
