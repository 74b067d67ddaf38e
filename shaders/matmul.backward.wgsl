// Gradient of matmul.forward.wgsl with respect to x:  dx[n,j,i] (+)= SCALE · Σ_g,o dy[n,g,o] · weight[g,i,o],
// where g runs over all groups if they share one input (J = 1), and is j if not.

override WORKGROUP: u32;
override N: u32; // rows
override J: u32; // groups of the input: 1 or G
override I: u32; // input channels
override G: u32; // groups of weights
override O: u32; // output channels
override SCALE: f32;
override ADD: bool; // add to dx, or set it
override WEIGHT_PACKED: bool;

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (N, G, O)
@group(0) @binding(1) var<storage, read> weight: array<u32>;   // (G, I, O)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>; // (N, J, I)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * J * I) {
    return;
  }
  let n = index / (J * I);
  let j = index / I % J;
  let i = index % I;
  let first = select(j, 0, J == 1);
  let last = select(j + 1, G, J == 1);

  var sum = 0.0;
  for (var g = first; g < last; g++) {
    for (var o = 0u; o < O; o++) {
      let at = (g * I + i) * O + o;
      sum += dy[(n * G + g) * O + o] * unpack_weight(weight[word_of(at, WEIGHT_PACKED)], at, WEIGHT_PACKED);
    }
  }
  dx[index] = SCALE * sum + select(0, dx[index], ADD);
}
