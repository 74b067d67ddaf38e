// Rotates each head by the angles of its position (first half against second half), and writes it to its slot of y, there behind FIRST others:
//   y1 = x1 * cos - x2 * sin,  y2 = x2 * cos + x1 * sin      for the groups below ROTATED
//   y1 = x1,                   y2 = x2                        for the others (values travel with their keys)
// Row l of angles holds H/2 cosines, then H/2 sines. A slot beyond S is nowhere: nothing is written for it.

override WORKGROUP: u32;
override B: u32; // batch
override T: u32; // time: positions of x
override S: u32; // positions of y
override G: u32; // groups of x: heads, key heads then value heads, or all three
override D: u32; // key heads, then value heads of y; or its heads, all of one kind
override H: u32; // head size
override Z: u32; // rows of angles: positions there can be
override SKIPPED: u32; // groups of x before the first that is taken
override TAKEN: u32; // groups of x that are taken
override ROTATED: u32; // how many of them are rotated, the first ones
override FIRST: u32; // the group of y for the first that is taken; the others follow

@group(0) @binding(0) var<storage, read> x: array<f32>;        // (B, T, G, H)
@group(0) @binding(1) var<storage, read> angles: array<f32>;   // (Z, H)
@group(0) @binding(2) var<storage, read> position: array<u32>; // (B, T)
@group(0) @binding(3) var<storage, read> slot: array<u32>;     // (B, T)
@group(0) @binding(4) var<storage, read_write> y: array<f32>;  // (B, S, D, H)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let half = H / 2;
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= B * T * TAKEN * half) {
    return;
  }
  let h = index % half;
  let g = index / half % TAKEN;
  let bt = index / (half * TAKEN);
  if (slot[bt] >= S) {
    return;
  }
  let x_at = (bt * G + SKIPPED + g) * H + h;
  let y_at = ((bt / T * S + slot[bt]) * D + FIRST + g) * H + h;
  let x1 = x[x_at];
  let x2 = x[x_at + half];
  if (g < ROTATED) {
    let cosine = angles[position[bt] * H + h];
    let sine = angles[position[bt] * H + half + h];
    y[y_at] = x1 * cosine - x2 * sine;
    y[y_at + half] = x2 * cosine + x1 * sine;
  } else {
    y[y_at] = x1;
    y[y_at + half] = x2;
  }
}
