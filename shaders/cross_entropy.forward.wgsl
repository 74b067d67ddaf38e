// One tile of the vocabulary joins the softmax of each row:
//   maximum = max(logits so far),  sum = Σ exp(logit - maximum) so far,  nll = -logit[target], once its tile has come
// Each logit is capped before all that. The first tile begins anew. LANES invocations per row. cross_entropy.finish.wgsl makes the loss of it.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a row
override N: u32; // rows: every (batch, time) position
override U: u32; // rows of the vocabulary in this tile
override FIRST: u32; // the tile's first row of the vocabulary
override CAP: f32; // of the logits; 0: none

@group(0) @binding(0) var<storage, read> logits: array<f32>;        // (N, U)
@group(0) @binding(1) var<storage, read> targets: array<u32>;       // (N)
@group(0) @binding(2) var<storage, read_write> maximum: array<f32>; // (N)
@group(0) @binding(3) var<storage, read_write> sum: array<f32>;     // (N)
@group(0) @binding(4) var<storage, read_write> nll: array<f32>;     // (N)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/soft_cap.wgsl" // defines: soft_cap_one
#include "lib/row_softmax.wgsl" // defines: join_softmax, row_softmax

const LOWEST = -3e38; // below any logit

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = flat_index(group, groups, lane / LANES, WORKGROUP / LANES);
  let first = min(row, N - 1) * U; // all take part, those past the last row too
  var top = LOWEST;
  for (var v = lane % LANES; v < U; v += LANES) {
    top = max(top, soft_cap_one(logits[first + v], CAP));
  }
  var exponentials = 0.0;
  for (var v = lane % LANES; v < U; v += LANES) {
    exponentials += exp(soft_cap_one(logits[first + v], CAP) - top);
  }
  var softmax = row_softmax(lane, vec2f(top, exponentials));
  if (row >= N || lane % LANES > 0) {
    return;
  }
  if (FIRST > 0) {
    softmax = join_softmax(softmax, vec2f(maximum[row], sum[row]));
  } else {
    nll[row] = 0;
  }
  maximum[row] = softmax.x;
  sum[row] = softmax.y;
  let v = targets[row] - FIRST; // wraps far above U where the target came in an earlier tile
  if (v < U) {
    nll[row] = -soft_cap_one(logits[first + v], CAP);
  }
}
