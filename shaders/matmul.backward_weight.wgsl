// Gradient of matmul.forward.wgsl with respect to weight:  dweight[g,i,o] (+)= SCALE · Σ_n x[n,j,i] · dy[n,g,o],
// where j = g, or 0 if all groups share one input (J = 1).

override WORKGROUP: u32;
override N: u32; // rows
override J: u32; // groups of the input: 1 or G
override I: u32; // input channels
override G: u32; // groups of weights
override O: u32; // output channels
override SCALE: f32;
override ADD: bool; // add to dweight, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;             // (N, J, I)
@group(0) @binding(1) var<storage, read> dy: array<f32>;            // (N, G, O)
@group(0) @binding(2) var<storage, read_write> dweight: array<f32>; // (G, I, O)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= G * I * O) {
    return;
  }
  let g = index / (I * O);
  let i = index / O % I;
  let o = index % O;
  let j = select(g, 0, J == 1);

  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    sum += x[(n * J + j) * I + i] * dy[(n * G + g) * O + o];
  }
  dweight[index] = SCALE * sum + select(0, dweight[index], ADD);
}
