// y = n * scale + bias,  n = (x - mean) * rstd,  rstd = 1 / √(variance + EPSILON), over the channels of a row.
// Keeps mean and rstd for the backward pass. LANES invocations per row.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override EPSILON: f32;
override SCALE_FORMAT: u32;
override BIAS_FORMAT: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;          // (N, C)
@group(0) @binding(1) var<storage, read> scale: array<u32>;      // (C)
@group(0) @binding(2) var<storage, read> bias: array<u32>;       // (C)
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // (N, C)
@group(0) @binding(4) var<storage, read_write> mean: array<f32>; // (N)
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>; // (N)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight
#include "lib/row_sum_two.wgsl" // defines: row_sum_two

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane / LANES, WORKGROUP / LANES);
  let exists = row < N;
  let first = min(row, N - 1) * C; // all take part in the sums, those past the last row too
  let pivot = x[first]; // a value of the row: what all its values share does not drown their variance
  var sums = vec2f();
  for (var c = lane % LANES; c < C; c += LANES) {
    let value = x[first + c] - pivot;
    sums += vec2f(value, value * value);
  }
  let means = row_sum_two(lane, sums) / f32(C);
  let m = pivot + means.x;
  let r = 1 / sqrt(max(means.y - means.x * means.x, 0) + EPSILON);
  for (var c = lane % LANES; exists && c < C; c += LANES) {
    let n = (x[first + c] - m) * r;
    y[first + c] = n * unpack_weight(scale[word_of(c, SCALE_FORMAT)], c, SCALE_FORMAT) + unpack_weight(bias[word_of(c, BIAS_FORMAT)], c, BIAS_FORMAT);
  }
  if (exists && lane % LANES == 0) {
    mean[row] = m;
    rstd[row] = r;
  }
}
