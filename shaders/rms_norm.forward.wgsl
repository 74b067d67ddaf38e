// y = x * rstd * (PLUS + scale),  rstd = 1 / √(mean(x²) + EPSILON), over the channels of a row.
// Keeps rstd for the backward pass. LANES invocations per row.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override EPSILON: f32;
override PLUS: f32; // 1, where scale is how far a factor is from 1, or 0, where it is the factor
override SCALE_FORMAT: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;          // (N, C)
@group(0) @binding(1) var<storage, read> scale: array<u32>;      // (C)
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // (N, C)
@group(0) @binding(3) var<storage, read_write> rstd: array<f32>; // (N)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight
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
  for (var c = lane % LANES; exists && c < C; c += LANES) {
    y[first + c] = x[first + c] * r * (PLUS + unpack_weight(scale[word_of(c, SCALE_FORMAT)], c, SCALE_FORMAT));
  }
  if (exists && lane % LANES == 0) {
    rstd[row] = r;
  }
}
