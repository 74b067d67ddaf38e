// The loss, after the last tile:  lse = maximum + log(sum),  nll = lse - logit[target],  loss += Σ weight * nll.
// Before, nll holds -logit[target]. Added, since micro-batches share a loss. One workgroup.

override WORKGROUP: u32;
override LANES: u32; // all of them: one sum
override N: u32; // rows: every (batch, time) position

@group(0) @binding(0) var<storage, read> maximum: array<f32>;    // (N)
@group(0) @binding(1) var<storage, read> sum: array<f32>;        // (N)
@group(0) @binding(2) var<storage, read> weight: array<f32>;     // (N)
@group(0) @binding(3) var<storage, read_write> nll: array<f32>;  // (N)
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;  // (N)
@group(0) @binding(5) var<storage, read_write> loss: array<f32>; // ()

#include "lib/row_sum.wgsl" // defines: row_sum_to_first

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var weighted = 0.0;
  for (var n = lane; n < N; n += WORKGROUP) {
    let log_sum = maximum[n] + log(sum[n]);
    let value = log_sum + nll[n];
    lse[n] = log_sum;
    nll[n] = value;
    weighted += weight[n] * value;
  }
  let total = row_sum_to_first(lane, weighted);
  if (lane == 0) {
    loss[0] += total;
  }
}
