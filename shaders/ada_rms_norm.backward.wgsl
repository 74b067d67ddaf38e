// Gradient of ada_rms_norm.forward.wgsl with respect to x.
// With n = x * rstd and g = dy * (1 + scale):  dx (+)= rstd * (g - n * mean(g * n)). LANES invocations per row.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override B: u32; // batch
override G: u32; // groups, 3: scale, shift, gate
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;         // (N, C)
@group(0) @binding(1) var<storage, read> condition: array<f32>; // (B, G, C)
@group(0) @binding(2) var<storage, read> rstd: array<f32>;      // (N)
@group(0) @binding(3) var<storage, read> dy: array<f32>;        // (N, C)
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;  // (N, C)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/row_sum.wgsl" // defines: row_sum

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane / LANES, WORKGROUP / LANES);
  let exists = row < N;
  let first = min(row, N - 1) * C; // all take part in the sum, those past the last row too
  let scale = min(row, N - 1) / (N / B) * G * C;
  let r = rstd[first / C];
  var products = 0.0;
  for (var c = lane % LANES; c < C; c += LANES) {
    products += dy[first + c] * (1 + condition[scale + c]) * x[first + c] * r;
  }
  let mean = row_sum(lane, products) / f32(C);
  for (var c = lane % LANES; exists && c < C; c += LANES) {
    var value = r * (dy[first + c] * (1 + condition[scale + c]) - x[first + c] * r * mean);
    if (ADD) {
      value += dx[first + c];
    }
    dx[first + c] = value;
  }
}
