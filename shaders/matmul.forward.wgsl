// G products side by side: y[n,g,o] (+)= SCALE · Σ_i x[n,j,i] · weight[g,i,o], where j = g, or 0 if all groups share one input (J = 1).
// The plain one, for any size; matmul_tiled.forward.wgsl must agree with it.

override WORKGROUP: u32;
override N: u32; // rows
override J: u32; // groups of the input: 1 or G
override I: u32; // input channels
override G: u32; // groups of weights
override O: u32; // output channels
override SCALE: f32;
override ADD: bool; // add to y, or set it
override WEIGHT_PACKED: bool;

@group(0) @binding(0) var<storage, read> x: array<f32>;       // (N, J, I)
@group(0) @binding(1) var<storage, read> weight: array<u32>;  // (G, I, O)
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (N, G, O)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * G * O) {
    return;
  }
  let n = index / (G * O);
  let g = index / O % G;
  let o = index % O;
  let x_row = (n * J + select(g, 0, J == 1)) * I;

  var sum = 0.0;
  for (var i = 0u; i < I; i++) {
    let at = (g * I + i) * O + o;
    sum += x[x_row + i] * unpack_weight(weight[word_of(at, WEIGHT_PACKED)], at, WEIGHT_PACKED);
  }
  y[index] = SCALE * sum + select(0, y[index], ADD);
}
