// A row of the table for every token:  y[n,c] = table[tokens[n] - FIRST,c] * SCALE.
// The table may be a piece of a larger one: the tokens of other pieces are left to them.

override WORKGROUP: u32;
override N: u32; // rows: every (batch, time) position
override V: u32; // vocabulary: rows of this piece of it
override C: u32; // channels
override FIRST: u32; // the piece's first row of the vocabulary
override SCALE: f32;
override TABLE_FORMAT: u32;

@group(0) @binding(0) var<storage, read> tokens: array<u32>;  // (N)
@group(0) @binding(1) var<storage, read> table: array<u32>;   // (V, C)
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (N, C)

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/packed.wgsl" // defines: INT8, word_of, unpack_weight, row_words, first_scale, scale_of, unpack_integer

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
  let n = index / C;
  let row = tokens[n] - FIRST; // wraps far above V where the token is in an earlier piece
  if (row >= V) {
    return;
  }
  y[index] = table_at(row, index - n * C) * SCALE;
}

fn table_at(row: u32, column: u32) -> f32 {
  if (TABLE_FORMAT < INT8) {
    let at = row * C + column;
    return unpack_weight(table[word_of(at, TABLE_FORMAT)], at, TABLE_FORMAT);
  }
  let first = row * row_words(C, TABLE_FORMAT);
  let scale = table[first + first_scale(C) + scale_of(column, TABLE_FORMAT)];
  return unpack_integer(table[first + column / 4], column) * bitcast<f32>(scale);
}
