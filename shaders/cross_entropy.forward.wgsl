// One tile of the vocabulary joins the softmax of each row:
//   maximum = max(logits so far),  sum = Σ exp(logit - maximum) so far,  nll = -logit[target], once its tile has come
// The first tile begins anew. One workgroup per row. cross_entropy.finish.wgsl makes the loss of it.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override V: u32; // rows of the vocabulary in this tile
override FIRST: u32; // the tile's first row of the vocabulary

@group(0) @binding(0) var<storage, read> logits: array<f32>;        // (N, V)
@group(0) @binding(1) var<storage, read> targets: array<u32>;       // (N)
@group(0) @binding(2) var<storage, read_write> maximum: array<f32>; // (N)
@group(0) @binding(3) var<storage, read_write> sum: array<f32>;     // (N)
@group(0) @binding(4) var<storage, read_write> nll: array<f32>;     // (N)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/row_max.wgsl" // defines: row_max
#include "lib/row_sum.wgsl" // defines: row_sum

const LOWEST = -3.4e38;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, 0, 1);
  if (row >= N) {
    return;
  }
  var top = LOWEST;
  for (var v = lane; v < V; v += WORKGROUP) {
    top = max(top, logits[row * V + v]);
  }
  top = row_max(lane, top);
  if (FIRST > 0) {
    top = max(top, maximum[row]);
  }
  var exponentials = 0.0;
  for (var v = lane; v < V; v += WORKGROUP) {
    exponentials += exp(logits[row * V + v] - top);
  }
  exponentials = row_sum(lane, exponentials);
  if (lane == 0) {
    if (FIRST > 0) {
      exponentials += sum[row] * exp(maximum[row] - top);
    } else {
      nll[row] = 0;
    }
    sum[row] = exponentials;
    maximum[row] = top;
    let v = targets[row] - FIRST; // wraps far above V where the target came in an earlier tile
    if (v < V) {
      nll[row] = -logits[row * V + v];
    }
  }
}
