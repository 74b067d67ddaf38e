// y = x * rstd * (1 + scale) + shift,  rstd = 1 / √(mean(x²) + EPSILON), over the channels of a row; scale and shift are
// of the row's sample. Keeps rstd for the backward pass. LANES invocations per row.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override B: u32; // batch
override G: u32; // groups, 3: scale, shift, gate
override EPSILON: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;          // (N, C)
@group(0) @binding(1) var<storage, read> condition: array<f32>;  // (B, G, C)
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // (N, C)
@group(0) @binding(3) var<storage, read_write> rstd: array<f32>; // (N)

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
  var squares = 0.0;
  for (var c = lane % LANES; c < C; c += LANES) {
    let value = x[first + c];
    squares += value * value;
  }
  let r = 1 / sqrt(row_sum(lane, squares) / f32(C) + EPSILON);
  let sample = min(row, N - 1) / (N / B) * G * C;
  for (var c = lane % LANES; exists && c < C; c += LANES) {
    y[first + c] = x[first + c] * r * (1 + condition[sample + c]) + condition[sample + C + c];
  }
  if (exists && lane % LANES == 0) {
    rstd[row] = r;
  }
}
