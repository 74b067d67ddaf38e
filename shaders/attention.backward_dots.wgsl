// What the backward pass of attention subtracts in every row:  row_dots[t] = Σ_h dy[t,h] * y[t,h] = Σ_s p[t,s] * (dy[t] · v[s]).

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: query positions
override Q: u32; // query heads
override H: u32; // head size

@group(0) @binding(0) var<storage, read> y: array<f32>;              // (B, T, Q, H)
@group(0) @binding(1) var<storage, read> dy: array<f32>;             // (B, T, Q, H)
@group(0) @binding(2) var<storage, read_write> row_dots: array<f32>; // (B, T, Q)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane, WORKGROUP);
  if (row >= B * T * Q) {
    return;
  }
  var sum = 0.0;
  for (var h = 0u; h < H; h++) {
    sum += dy[row * H + h] * y[row * H + h];
  }
  row_dots[row] = sum;
}
