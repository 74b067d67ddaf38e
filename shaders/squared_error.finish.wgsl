// The loss:  loss += Σ_n error[n]. Added, since micro-batches share a loss. One workgroup.

override WORKGROUP: u32;
override LANES: u32; // all of them: one sum
override N: u32; // rows: every (batch, time) position

@group(0) @binding(0) var<storage, read> error: array<f32>;      // (N)
@group(0) @binding(1) var<storage, read_write> loss: array<f32>; // ()

#include "lib/row_sum.wgsl" // defines: row_sum_to_first

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var n = lane; n < N; n += WORKGROUP) {
    sum += error[n];
  }
  let total = row_sum_to_first(lane, sum);
  if (lane == 0) {
    loss[0] += total;
  }
}
