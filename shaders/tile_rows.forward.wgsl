// The T rows of a table, over and over:  y[n,c] (+)= table[n % T, c]. A bias has one row, a position embedding one for each position.

override WORKGROUP: u32;
override N: u32; // rows of y: a multiple of T
override T: u32; // time: rows of the table, one a position; 1: a bias
override C: u32; // channels
override ADD: bool; // add to y, or set it
override TABLE_FORMAT: u32;

@group(0) @binding(0) var<storage, read> table: array<u32>;   // (T, C)
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // (N, C)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: word_of, unpack_weight

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = flat_index(group, groups, lane, WORKGROUP);
  if (index >= N * C) {
    return;
  }
  let at = index % (T * C);
  y[index] = unpack_weight(table[word_of(at, TABLE_FORMAT)], at, TABLE_FORMAT) + select(0, y[index], ADD);
}
