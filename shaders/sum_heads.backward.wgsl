// Gradient of sum_heads.forward.wgsl: every head gets all of it,  db[g,r,o] (+)= dy[r,o].

override WORKGROUP: u32;
override G: u32; // groups: heads
override R: u32; // LoRA rank
override O: u32; // output channels
override ADD: bool; // add to db, or set it

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (R, O)
@group(0) @binding(1) var<storage, read_write> db: array<f32>; // (G, R, O)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= G * R * O) {
    return;
  }
  db[index] = dy[index % (R * O)] + select(0, db[index], ADD);
}
