// The logits of some rows of the vocabulary take their place among all:  logits[n, FIRST + u] = soft_cap(part[n,u]).

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override U: u32; // rows of the vocabulary in this part
override V: u32; // vocabulary
override FIRST: u32; // the part's first row of the vocabulary
override CAP: f32; // of the logits; 0: none

@group(0) @binding(0) var<storage, read> part: array<f32>;         // (N, U)
@group(0) @binding(1) var<storage, read_write> logits: array<f32>; // (N, V)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/soft_cap.wgsl" // defines: soft_cap_one

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * U) {
    return;
  }
  let n = index / U;
  logits[n * V + FIRST + index - n * U] = soft_cap_one(part[index], CAP);
}
