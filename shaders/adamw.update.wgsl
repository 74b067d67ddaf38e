// AdamW on one arena of parameters, as optax has it. With g = gradient * factor:
//   m = BETA1 * m + (1 - BETA1) * g,  v = BETA2 * v + (1 - BETA2) * g²
//   w -= learning_rate * (m / (1 - BETA1^steps) / (√(v / (1 - BETA2^steps)) + EPSILON) + WEIGHT_DECAY * w)
// factor and the powers come from gradient_norm.finish.wgsl. A step that is not finite changes nothing.

override WORKGROUP: u32;
override P: u32; // elements of the page
override E: u32; // numbers of the optimizer's state: 8
override BETA1: f32;
override BETA2: f32;
override EPSILON: f32;
override WEIGHT_DECAY: f32;

struct Step {
  learning_rate: f32,
}

@group(0) @binding(0) var<storage, read_write> weights: array<f32>; // (P)
@group(0) @binding(1) var<storage, read> gradient: array<f32>;      // (P)
@group(0) @binding(2) var<storage, read_write> moment1: array<f32>; // (P)
@group(0) @binding(3) var<storage, read_write> moment2: array<f32>; // (P)
@group(0) @binding(4) var<storage, read> state: array<f32>;         // (E)
@group(0) @binding(5) var<uniform> step: Step;                      // ()

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let p = flat_index(group, groups, lane, WORKGROUP);
  let finite = state[4] != 0;
  if (p >= P || !finite) {
    return;
  }
  let g = gradient[p] * state[1];
  let m = BETA1 * moment1[p] + (1 - BETA1) * g;
  let v = BETA2 * moment2[p] + (1 - BETA2) * g * g;
  moment1[p] = m;
  moment2[p] = v;
  let direction = m / (1 - state[2]) / (sqrt(v / (1 - state[3])) + EPSILON);
  weights[p] -= step.learning_rate * (direction + WEIGHT_DECAY * weights[p]);
}
