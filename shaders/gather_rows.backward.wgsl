// Gradient of gather_rows.forward.wgsl:  dx[s,c] (+)= dy[n,c] where rows[n] = s, and 0 where no n has it.
// The indices ascend, so the one n that may be is found by halving what is left of them.

override WORKGROUP: u32;
override S: u32; // positions: rows of x
override N: u32; // rows that were taken
override C: u32; // channels
override ADD: bool; // add to dx, or set it

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // (N, C)
@group(0) @binding(1) var<storage, read> rows: array<u32>;     // (N)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>; // (S, C)

#include "lib/flat_index.wgsl" // defines: flat_index

// The first n whose index is not below s; N where there is none.
fn first_from(s: u32) -> u32 {
  var begin = 0u;
  var end = N;
  while (begin < end) {
    let middle = (begin + end) / 2;
    if (rows[middle] < s) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= S * C) {
    return;
  }
  let s = index / C;
  let n = first_from(s);
  var slope = select(0, dx[index], ADD);
  if (n < N && rows[n] == s) {
    slope += dy[n * C + index - s * C];
  }
  dx[index] = slope;
}
