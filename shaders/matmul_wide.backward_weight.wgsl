// matmul.backward_weight.wgsl, 16 input × 16 output channels an invocation, in 16 matrices of 4 × 4 whose columns are rows of dweight.
// For I ≥ 16, O ≥ 16, both multiples of 4, and N ≥ 4. The last tile of a row or column is moved back to end at the edge, and
// stores only what no other tile does.

override WORKGROUP: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;             // (N, J, I)
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;            // (N, G, O)
@group(0) @binding(2) var<storage, read_write> dweight: array<vec4f>; // (G, I, O)
@group(0) @binding(3) var<uniform> sizes: Sizes;                      // ()

#include "lib/flat_index.wgsl" // defines: flat_index
#include "lib/matmul_backward_weight.wgsl" // defines: x_block, dy_block, store_block

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = flat_index(group, groups, lane, WORKGROUP);
  let columns = (sizes.O + 15) / 16;
  let rows = (sizes.I + 15) / 16;
  if (tile >= sizes.G * rows * columns) {
    return;
  }
  let I4 = sizes.I / 4;
  let O4 = sizes.O / 4;
  let g = tile / (rows * columns);
  let own = vec2u(tile / columns % rows * 16, tile % columns * 4); // first input channel and first four outputs of its own
  let i = min(own.x, sizes.I - 16);
  let o = min(own.y, O4 - 4);
  let j = select(g, 0, sizes.J == 1);
  let x_stride = sizes.J * I4;
  let x_at = j * I4 + i / 4;
  let dy_stride = sizes.G * O4;
  let dy_at = g * O4 + o;

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
  for (var summed = 0u; summed < sizes.N; summed += 4) {
    let n = min(summed, sizes.N - 4);
    let x0 = x_block(x_at + n * x_stride, x_stride, summed - n);
    let x1 = x_block(x_at + n * x_stride + 1, x_stride, summed - n);
    let x2 = x_block(x_at + n * x_stride + 2, x_stride, summed - n);
    let x3 = x_block(x_at + n * x_stride + 3, x_stride, summed - n);
    let dy0 = dy_block(dy_at + n * dy_stride, dy_stride);
    let dy1 = dy_block(dy_at + n * dy_stride + 1, dy_stride);
    let dy2 = dy_block(dy_at + n * dy_stride + 2, dy_stride);
    let dy3 = dy_block(dy_at + n * dy_stride + 3, dy_stride);
    sum00 += dy0 * x0;
    sum01 += dy1 * x0;
    sum02 += dy2 * x0;
    sum03 += dy3 * x0;
    sum10 += dy0 * x1;
    sum11 += dy1 * x1;
    sum12 += dy2 * x1;
    sum13 += dy3 * x1;
    sum20 += dy0 * x2;
    sum21 += dy1 * x2;
    sum22 += dy2 * x2;
    sum23 += dy3 * x2;
    sum30 += dy0 * x3;
    sum31 += dy1 * x3;
    sum32 += dy2 * x3;
    sum33 += dy3 * x3;
  }
  var sums = array(
    sum00, sum01, sum02, sum03,
    sum10, sum11, sum12, sum13,
    sum20, sum21, sum22, sum23,
    sum30, sum31, sum32, sum33,
  );
  for (var b = 0u; b < 16; b++) { // a loop, because 16 copies take a software GPU long to compile
    let row = i + b / 4 * 4;
    let column = o + b % 4;
    let owned = (vec4u(row) + vec4u(0, 1, 2, 3) >= vec4u(own.x)) & vec4<bool>(column >= own.y);
    store_block(sums[b], (g * sizes.I + row) * O4 + column, O4, owned);
  }
}
