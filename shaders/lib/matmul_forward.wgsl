// Blocks of 4 × 4 of matmul.forward.wgsl, for kernels that compute tiles of them. They use its bindings and sizes;
// `at` and `stride` count vectors of four.

struct Sizes {
  N: u32, // rows
  J: u32, // groups of the input: 1 or G
  I: u32, // input channels
  G: u32, // groups of weights
  O: u32, // output channels
  ADD: u32, // 1: add to y, 0: set it
  SCALE: f32,
}

#include "weight_four.wgsl" // defines: row_stride, weight_four

// Four times four values of x: rows `stride` vectors apart, a column for each.
fn x_block(at: u32, stride: u32) -> mat4x4f {
  return mat4x4f(x[at], x[at + stride], x[at + 2 * stride], x[at + 3 * stride]);
}

// Four times four values of weight, from a row and a vector of four on, a column for each.
fn weight_block(row: u32, column: u32) -> mat4x4f {
  let stride = row_stride();
  let first = row * stride;
  return mat4x4f(
    weight_four(first, column),
    weight_four(first + stride, column),
    weight_four(first + 2 * stride, column),
    weight_four(first + 3 * stride, column),
  );
}

fn store(value: vec4f, at: u32, owned: bool) {
  if (!owned) {
    return; // another tile's
  }
  if (sizes.ADD != 0) {
    y[at] += sizes.SCALE * value;
  } else {
    y[at] = sizes.SCALE * value;
  }
}

// Four rows of y, `stride` vectors apart, as far as this tile owns them.
fn store_block(sum: mat4x4f, at: u32, stride: u32, owned: vec4<bool>) {
  store(sum[0], at, owned[0]);
  store(sum[1], at + stride, owned[1]);
  store(sum[2], at + 2 * stride, owned[2]);
  store(sum[3], at + 3 * stride, owned[3]);
}
