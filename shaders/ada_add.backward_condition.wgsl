// Gradient of ada_add.forward.wgsl with respect to the gate, over the rows n of a sample:
//   dgate[c] (+)= Σ dy[n,c] * b[n,c].  Scale and shift take no part: their gradients are 0.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override B: u32; // batch
override G: u32; // groups, 3: scale, shift, gate
override ADD: bool; // add to dcondition, or set it

@group(0) @binding(0) var<storage, read> b: array<f32>;                // (N, C)
@group(0) @binding(1) var<storage, read> dy: array<f32>;               // (N, C)
@group(0) @binding(2) var<storage, read_write> dcondition: array<f32>; // (B, G, C)

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
  let sample = index / C;
  let c = index % C;
  let rows = N / B;
  var dgate = 0.0;
  for (var n = sample * rows; n < (sample + 1) * rows; n++) {
    dgate += dy[n * C + c] * b[n * C + c];
  }
  let at = sample * G * C + c;
  if (ADD) {
    dcondition[at + 2 * C] += dgate;
  } else {
    dcondition[at] = 0;
    dcondition[at + C] = 0;
    dcondition[at + 2 * C] = dgate;
  }
}
