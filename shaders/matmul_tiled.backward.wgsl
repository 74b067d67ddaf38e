// matmul.backward.wgsl, 8 rows × 8 input channels an invocation, in 4 matrices of 4 × 4 whose columns are rows of dx.
// For N ≥ 8, I ≥ 8, I and O multiples of 4. The last tile of a row or column is moved back to end at the edge, and
// stores only what no other tile does.

override WORKGROUP: u32;
override WEIGHT_FORMAT: u32;

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;       // (N, G, O)
@group(0) @binding(1) var<storage, read> weight: array<vec2u>;   // (G, I, O)
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>; // (N, J, I)
@group(0) @binding(3) var<uniform> sizes: Sizes;                 // ()

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/matmul_backward.wgsl" // defines: dy_block, weight_block, store_block

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = flat_index(group, groups, lane, WORKGROUP);
  let columns = (sizes.I + 7) / 8;
  let rows = (sizes.N + 7) / 8;
  if (tile >= rows * sizes.J * columns) {
    return;
  }
  let I4 = sizes.I / 4;
  let O4 = sizes.O / 4;
  let j = tile / columns % sizes.J;
  let own = vec2u(tile / (columns * sizes.J) * 8, tile % columns * 2); // first row and first four channels of its own
  let n = min(own.x, sizes.N - 8);
  let i = min(own.y, I4 - 2);
  let first = select(j, 0, sizes.J == 1);
  let last = select(j + 1, sizes.G, sizes.J == 1);
  let dy_stride = sizes.G * O4;

  var sum00: mat4x4f;
  var sum01: mat4x4f;
  var sum10: mat4x4f;
  var sum11: mat4x4f;
  for (var g = first; g < last; g++) {
    let dy_at = n * dy_stride + g * O4;
    let w_row = g * sizes.I + 4 * i;
    for (var o = 0u; o < O4; o++) {
      let dy0 = dy_block(dy_at + o, dy_stride);
      let dy1 = dy_block(dy_at + o + 4 * dy_stride, dy_stride);
      let w0 = weight_block(w_row, o);
      let w1 = weight_block(w_row + 4, o);
      sum00 += w0 * dy0;
      sum01 += w1 * dy0;
      sum10 += w0 * dy1;
      sum11 += w1 * dy1;
    }
  }
  var sums = array(sum00, sum01, sum10, sum11);
  for (var b = 0u; b < 4; b++) { // a loop, because 4 copies take a software GPU long to compile
    let row = n + b / 2 * 4;
    let column = i + b % 2;
    let owned = (vec4u(row) + vec4u(0, 1, 2, 3) >= vec4u(own.x)) & vec4<bool>(column >= own.y);
    store_block(sums[b], (row * sizes.J + j) * I4 + column, sizes.J * I4, owned);
  }
}
