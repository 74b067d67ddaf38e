// The norm of all gradients from its partial sums, and what the optimizer needs to know of this step. state:
//   0  global norm before clipping
//   1  factor for the gradient: CLIP_NORM / norm where the norm is larger than CLIP_NORM, else 1; 0 where not finite
//   2  BETA1^steps
//   3  BETA2^steps
//   4  1 if norm and loss are finite, else 0
//   5  steps applied
// A step that is not finite is not counted. One invocation.

override W: u32; // partial sums of all arenas
override E: u32; // numbers of the optimizer's state: 8
override CLIP_NORM: f32;
override BETA1: f32;
override BETA2: f32;

@group(0) @binding(0) var<storage, read> partials: array<f32>;    // (W)
@group(0) @binding(1) var<storage, read> loss: array<f32>;        // ()
@group(0) @binding(2) var<storage, read_write> state: array<f32>; // (E)

#include "lib/is_finite.wgsl" // defines: is_finite

@compute @workgroup_size(1)
fn main() {
  var squares = 0.0;
  for (var w = 0u; w < W; w++) {
    squares += partials[w];
  }
  let norm = sqrt(squares);
  let finite = is_finite(squares) && is_finite(loss[0]);
  state[0] = norm;
  state[4] = select(0.0, 1.0, finite);
  if (!finite) {
    state[1] = 0;
    return;
  }
  state[1] = select(1.0, CLIP_NORM / norm, norm > CLIP_NORM);
  state[2] *= BETA1;
  state[3] *= BETA2;
  state[5] += 1;
}
