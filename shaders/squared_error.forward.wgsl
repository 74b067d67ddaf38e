// A weighted sum of squares for each row:  error[n] = Σ_c weight[n,c] * (v[n,c] - wanted[n,c])².
// LANES invocations per row.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override C: u32; // channels

@group(0) @binding(0) var<storage, read> v: array<f32>;           // (N, C)
@group(0) @binding(1) var<storage, read> wanted: array<f32>;      // (N, C)
@group(0) @binding(2) var<storage, read> weight: array<f32>;      // (N, C)
@group(0) @binding(3) var<storage, read_write> error: array<f32>; // (N)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/row_sum.wgsl" // defines: row_sum_to_first

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane / LANES, WORKGROUP / LANES);
  let first = min(row, N - 1) * C; // all take part in the sum, those past the last row too
  var sum = 0.0;
  for (var at = first + lane % LANES; at < first + C; at += LANES) {
    let difference = v[at] - wanted[at];
    sum += weight[at] * difference * difference;
  }
  let total = row_sum_to_first(lane, sum);
  if (row < N && lane % LANES == 0) {
    error[row] = total;
  }
}
