// Gradient of layer_norm.forward.wgsl with respect to x.
// With n = (x - mean) * rstd and g = dy * scale:  dx (+)= rstd * (g - mean(g) - n * mean(g * n)). LANES invocations per row.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override C: u32; // channels
override SCALE_FORMAT: u32;
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> x: array<f32>;        // (N, C)
@group(0) @binding(1) var<storage, read> scale: array<u32>;    // (C)
@group(0) @binding(2) var<storage, read> mean: array<f32>;     // (N)
@group(0) @binding(3) var<storage, read> rstd: array<f32>;     // (N)
@group(0) @binding(4) var<storage, read> dy: array<f32>;       // (N, C)
@group(0) @binding(5) var<storage, read_write> dx: array<f32>; // (N, C)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight
#include "lib/row_sum_two.wgsl" // defines: row_sum_two

fn scaled_dy(first: u32, c: u32) -> f32 {
  return dy[first + c] * unpack_weight(scale[word_of(c, SCALE_FORMAT)], c, SCALE_FORMAT);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane / LANES, WORKGROUP / LANES);
  let exists = row < N;
  let first = min(row, N - 1) * C; // all take part in the sums, those past the last row too
  let m = mean[first / C];
  let r = rstd[first / C];
  var sums = vec2f();
  for (var c = lane % LANES; c < C; c += LANES) {
    let g = scaled_dy(first, c);
    sums += vec2f(g, g * (x[first + c] - m) * r);
  }
  let means = row_sum_two(lane, sums) / f32(C);
  for (var c = lane % LANES; exists && c < C; c += LANES) {
    let n = (x[first + c] - m) * r;
    var value = r * (scaled_dy(first, c) - means.x - n * means.y);
    if (ADD) {
      value += dx[first + c];
    }
    dx[first + c] = value;
  }
}
