// openpi's o-projection reads the sum of LoRA's b over the heads:  y[r,o] = Σ_g b[g,r,o].

override WORKGROUP: u32;
override G: u32; // groups: heads
override R: u32; // LoRA rank
override O: u32; // output channels
override B_FORMAT: u32;

@group(0) @binding(0) var<storage, read> b: array<u32>;       // (G, R, O)
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // (R, O)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= R * O) {
    return;
  }
  var sum = 0.0;
  for (var g = 0u; g < G; g++) {
    let at = g * R * O + index;
    sum += unpack_weight(b[word_of(at, B_FORMAT)], at, B_FORMAT);
  }
  y[index] = sum;
}
