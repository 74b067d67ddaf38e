// Gradient of embed.forward.wgsl with respect to the table:  dtable[v,c] += SCALE * Σ dy[n,c] over the n whose token is FIRST + v.
// Always added: rows of tokens that do not occur are not visited. LANES invocations per position; those of the one where
// a token occurs first sum for all positions of that token, so no two write the same element.

override WORKGROUP: u32;
override LANES: u32; // invocations that share a position
override N: u32; // rows: every (batch, time) position
override V: u32; // vocabulary: rows of this piece of it
override C: u32; // channels
override FIRST: u32; // the piece's first row of the vocabulary
override SCALE: f32;

@group(0) @binding(0) var<storage, read> tokens: array<u32>;       // (N)
@group(0) @binding(1) var<storage, read> dy: array<f32>;           // (N, C)
@group(0) @binding(2) var<storage, read_write> dtable: array<f32>; // (V, C)

#include "lib/flat_index.wgsl" // defines: flat_index

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = flat_index(group, groups, lane / LANES, WORKGROUP / LANES);
  if (first >= N) {
    return;
  }
  let token = tokens[first];
  let row = token - FIRST; // wraps far above V where the token is in an earlier piece
  if (row >= V) {
    return;
  }
  for (var n = 0u; n < first; n++) {
    if (tokens[n] == token) {
      return;
    }
  }
  for (var n = first; n < N; n++) {
    if (tokens[n] != token) {
      continue;
    }
    for (var c = lane % LANES; c < C; c += LANES) {
      dtable[row * C + c] += dy[n * C + c] * SCALE;
    }
  }
}
