// matmul.forward.wgsl, 8 rows × 8 output channels an invocation, in 4 matrices of 4 × 4 whose columns are rows of y.
// For N ≥ 8, O ≥ 8, I and O multiples of 4. The last tile of a row or column is moved back to end at the edge, and
// stores only what no other tile does.

override WORKGROUP: u32;
override WEIGHT_FORMAT: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;       // (N, J, I)
@group(0) @binding(1) var<storage, read> weight: array<vec2u>;  // (G, I, O)
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // (N, G, O)
@group(0) @binding(3) var<uniform> sizes: Sizes;                // ()

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/matmul_forward.wgsl" // defines: x_block, weight_block, store_block

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = flat_index(group, groups, lane, WORKGROUP);
  let columns = (sizes.O + 7) / 8;
  let rows = (sizes.N + 7) / 8;
  if (tile >= rows * sizes.G * columns) {
    return;
  }
  let I4 = sizes.I / 4;
  let O4 = sizes.O / 4;
  let g = tile / columns % sizes.G;
  let own = vec2u(tile / (columns * sizes.G) * 8, tile % columns * 2); // first row and first four channels of its own
  let n = min(own.x, sizes.N - 8);
  let o = min(own.y, O4 - 2);
  let j = select(g, 0, sizes.J == 1);
  let x_stride = sizes.J * I4;
  let x_at = n * x_stride + j * I4;
  let w_row = g * sizes.I;

  var sum00: mat4x4f;
  var sum01: mat4x4f;
  var sum10: mat4x4f;
  var sum11: mat4x4f;
  for (var i = 0u; i < I4; i++) {
    let x0 = x_block(x_at + i, x_stride);
    let x1 = x_block(x_at + i + 4 * x_stride, x_stride);
    let w0 = weight_block(w_row + 4 * i, o);
    let w1 = weight_block(w_row + 4 * i, o + 1);
    sum00 += w0 * x0;
    sum01 += w1 * x0;
    sum10 += w0 * x1;
    sum11 += w1 * x1;
  }
  var sums = array(sum00, sum01, sum10, sum11);
  for (var b = 0u; b < 4; b++) { // a loop, because 4 copies take a software GPU long to compile
    let row = n + b / 2 * 4;
    let column = o + b % 2;
    let owned = (vec4u(row) + vec4u(0, 1, 2, 3) >= vec4u(own.x)) & vec4<bool>(column >= own.y);
    store_block(sums[b], (row * sizes.G + g) * O4 + column, sizes.G * O4, owned);
  }
}
