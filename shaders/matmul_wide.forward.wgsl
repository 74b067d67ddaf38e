// matmul.forward.wgsl, 16 rows × 16 output channels an invocation, in 16 matrices of 4 × 4 whose columns are rows of y.
// For N ≥ 16, O ≥ 16, I and O multiples of 4. The last tile of a row or column is moved back to end at the edge, and
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
  let columns = (sizes.O + 15) / 16;
  let rows = (sizes.N + 15) / 16;
  if (tile >= rows * sizes.G * columns) {
    return;
  }
  let I4 = sizes.I / 4;
  let O4 = sizes.O / 4;
  let g = tile / columns % sizes.G;
  let own = vec2u(tile / (columns * sizes.G) * 16, tile % columns * 4); // first row and first four channels of its own
  let n = min(own.x, sizes.N - 16);
  let o = min(own.y, O4 - 4);
  let j = select(g, 0, sizes.J == 1);
  let x_stride = sizes.J * I4;
  let x_at = n * x_stride + j * I4;
  let w_row = g * sizes.I;

  var sum00: mat4x4f;
  var sum01: mat4x4f;
  var sum02: mat4x4f;
  var sum03: mat4x4f;
  var sum10: mat4x4f;
  var sum11: mat4x4f;
  var sum12: mat4x4f;
  var sum13: mat4x4f;
  var sum20: mat4x4f;
  var sum21: mat4x4f;
  var sum22: mat4x4f;
  var sum23: mat4x4f;
  var sum30: mat4x4f;
  var sum31: mat4x4f;
  var sum32: mat4x4f;
  var sum33: mat4x4f;
  for (var i = 0u; i < I4; i++) {
    let x0 = x_block(x_at + i, x_stride);
    let x1 = x_block(x_at + i + 4 * x_stride, x_stride);
    let x2 = x_block(x_at + i + 8 * x_stride, x_stride);
    let x3 = x_block(x_at + i + 12 * x_stride, x_stride);
    let w0 = weight_block(w_row + 4 * i, o);
    let w1 = weight_block(w_row + 4 * i, o + 1);
    let w2 = weight_block(w_row + 4 * i, o + 2);
    let w3 = weight_block(w_row + 4 * i, o + 3);
    sum00 += w0 * x0;
    sum01 += w1 * x0;
    sum02 += w2 * x0;
    sum03 += w3 * x0;
    sum10 += w0 * x1;
    sum11 += w1 * x1;
    sum12 += w2 * x1;
    sum13 += w3 * x1;
    sum20 += w0 * x2;
    sum21 += w1 * x2;
    sum22 += w2 * x2;
    sum23 += w3 * x2;
    sum30 += w0 * x3;
    sum31 += w1 * x3;
    sum32 += w2 * x3;
    sum33 += w3 * x3;
  }
  var sums = array(
    sum00, sum01, sum02, sum03,
    sum10, sum11, sum12, sum13,
    sum20, sum21, sum22, sum23,
    sum30, sum31, sum32, sum33,
  );
  for (var b = 0u; b < 16; b++) { // a loop, because 16 copies take a software GPU long to compile
    let row = n + b / 4 * 4;
    let column = o + b % 4;
    let owned = (vec4u(row) + vec4u(0, 1, 2, 3) >= vec4u(own.x)) & vec4<bool>(column >= own.y);
    store_block(sums[b], (row * sizes.G + g) * O4 + column, sizes.G * O4, owned);
  }
}
