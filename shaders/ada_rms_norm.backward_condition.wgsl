// Gradient of ada_rms_norm.forward.wgsl with respect to scale and shift, over the rows n of a sample:
//   dscale[c] (+)= Σ dy[n,c] * x[n,c] * rstd[n],  dshift[c] (+)= Σ dy[n,c].  The gate takes no part: its gradient is 0.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override B: u32; // batch
override G: u32; // groups, 3: scale, shift, gate
override ADD: bool; // add to dcondition, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;                // (N, C)
@group(0) @binding(1) var<storage, read> rstd: array<f32>;             // (N)
@group(0) @binding(2) var<storage, read> dy: array<f32>;               // (N, C)
@group(0) @binding(3) var<storage, read_write> dcondition: array<f32>; // (B, G, C)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= B * C) {
    return;
  }
  let b = index / C;
  let c = index % C;
  let rows = N / B;
  var dscale = 0.0;
  var dshift = 0.0;
  for (var n = b * rows; n < (b + 1) * rows; n++) {
    dscale += dy[n * C + c] * x[n * C + c] * rstd[n];
    dshift += dy[n * C + c];
  }
  let at = b * G * C + c;
  if (ADD) {
    dcondition[at] += dscale;
    dcondition[at + C] += dshift;
  } else {
    dcondition[at] = dscale;
    dcondition[at + C] = dshift;
    dcondition[at + 2 * C] = 0;
  }
}
