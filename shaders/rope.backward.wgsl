// Gradient of rope.forward.wgsl with respect to x: the gradient at x's slot, rotated back.
//   dx1 (+)= dy1 * cos + dy2 * sin,  dx2 (+)= dy2 * cos - dy1 * sin      for the groups below ROTATED
//   dx1 (+)= dy1,                    dx2 (+)= dy2                        for the others
// A slot beyond S is nowhere, so its gradient is 0; so is that of a group that was not taken.

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
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (B, S, D, H)
@group(0) @binding(1) var<storage, read> angles: array<f32>;   // (Z, H)
@group(0) @binding(2) var<storage, read> position: array<u32>; // (B, T)
@group(0) @binding(3) var<storage, read> slot: array<u32>;     // (B, T)
@group(0) @binding(4) var<storage, read_write> dx: array<f32>; // (B, T, G, H)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let half = H / 2;
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= B * T * G * half) {
    return;
  }
  let h = index % half;
  let dx_at = index / half * H + h;
  let g = index / half % G - SKIPPED; // of those before it: far beyond TAKEN
  let bt = index / (half * G);
  let dy_at = ((bt / T * S + slot[bt]) * D + FIRST + g) * H + h;
  var d1 = 0.0;
  var d2 = 0.0;
  if (slot[bt] < S && g < TAKEN) {
    d1 = dy[dy_at];
    d2 = dy[dy_at + half];
  }
  if (g < ROTATED) {
    let cosine = angles[position[bt] * H + h];
    let sine = angles[position[bt] * H + half + h];
    let turned = d1 * cosine + d2 * sine;
    d2 = d2 * cosine - d1 * sine;
    d1 = turned;
  }
  if (ADD) {
    d1 += dx[dx_at];
    d2 += dx[dx_at + half];
  }
  dx[dx_at] = d1;
  dx[dx_at + half] = d2;
}
