// Gradient of geglu.forward.wgsl:  dgate (+)= dy * up * gelu'(gate),  dup (+)= dy * gelu(gate).

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override G: u32; // groups, 2: gate, up
override F: u32; // feed-forward width
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;        // (N, G, F)
@group(0) @binding(1) var<storage, read> dy: array<f32>;       // (N, F)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>; // (N, G, F)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/gelu.wgsl" // defines: gelu, gelu_slope

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * F) {
    return;
  }
  let at = index + index / F * (G - 1) * F;
  let gate = x[at];
  let d = dy[index];
  var dgate = d * x[at + F] * gelu_slope(gate);
  var dup = d * gelu(gate);
  if (ADD) {
    dgate += dx[at];
    dup += dx[at + F];
  }
  dx[at] = dgate;
  dx[at + F] = dup;
}
