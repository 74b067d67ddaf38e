// Gradient of layer_norm.forward.wgsl with respect to scale:  dscale[c] (+)= Σ dy[n,c] * (x[n,c] - mean[n]) * rstd[n] over the rows n.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override ADD: bool; // add to dscale, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;            // (N, C)
@group(0) @binding(1) var<storage, read> mean: array<f32>;         // (N)
@group(0) @binding(2) var<storage, read> rstd: array<f32>;         // (N)
@group(0) @binding(3) var<storage, read> dy: array<f32>;           // (N, C)
@group(0) @binding(4) var<storage, read_write> dscale: array<f32>; // (C)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = flat_index(group, groups, lane, WORKGROUP);
  if (c >= C) {
    return;
  }
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    sum += dy[n * C + c] * (x[n * C + c] - mean[n]) * rstd[n];
  }
  if (ADD) {
    sum += dscale[c];
  }
  dscale[c] = sum;
}
