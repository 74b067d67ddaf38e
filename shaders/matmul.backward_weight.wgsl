// Gradient of matmul.forward.wgsl with respect to weight:  dweight[g,i,o] (+)= SCALE · Σ_n x[n,j,i] · dy[n,g,o],
// where j = g, or 0 if all groups share one input (J = 1).

override WORKGROUP: u32;

struct Sizes {
  N: u32, // rows
  J: u32, // groups of the input: 1 or G
  I: u32, // input channels
  G: u32, // groups of weights
  O: u32, // output channels
  ADD: u32, // 1: add to dweight, 0: set it
  SCALE: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;             // (N, J, I)
@group(0) @binding(1) var<storage, read> dy: array<f32>;            // (N, G, O)
@group(0) @binding(2) var<storage, read_write> dweight: array<f32>; // (G, I, O)
@group(0) @binding(3) var<uniform> sizes: Sizes;                    // ()

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= sizes.G * sizes.I * sizes.O) {
    return;
  }
  let g = index / (sizes.I * sizes.O);
  let i = index / sizes.O % sizes.I;
  let o = index % sizes.O;
  let j = select(g, 0, sizes.J == 1);

  var sum = 0.0;
  for (var n = 0u; n < sizes.N; n++) {
    sum += x[(n * sizes.J + j) * sizes.I + i] * dy[(n * sizes.G + g) * sizes.O + o];
  }
  dweight[index] = sizes.SCALE * sum + select(0, dweight[index], sizes.ADD != 0);
}
