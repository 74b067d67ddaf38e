// Blocks of 4 × 4 of matmul.backward.wgsl, for kernels that compute tiles of them. They use its bindings and sizes;
// `at` and `stride` count vectors of four.

struct Sizes {
  N: u32, // rows
  G: u32, // groups of weights
  O: u32, // output channels
  I: u32, // input channels
  J: u32, // groups of the input: 1 or G
  ADD: u32, // 1: add to dx, 0: set it
  SCALE: f32,
}

#include "packed.wgsl" // defines: FLOAT32, unpack_four

// weight[4 · index … 4 · index + 3]
fn weight_four(index: u32) -> vec4f {
  if (WEIGHT_FORMAT == FLOAT32) {
    return bitcast<vec4f>(vec4u(weight[2 * index], weight[2 * index + 1]));
  }
  return unpack_four(weight[index], WEIGHT_FORMAT);
}

// Four times four values of dy: rows `stride` vectors apart, a column for each.
fn dy_block(at: u32, stride: u32) -> mat4x4f {
  return mat4x4f(dy[at], dy[at + stride], dy[at + 2 * stride], dy[at + 3 * stride]);
}

// Four times four values of weight: rows `stride` vectors apart, transposed: a row for each.
fn weight_block(at: u32, stride: u32) -> mat4x4f {
  return transpose(mat4x4f(weight_four(at), weight_four(at + stride), weight_four(at + 2 * stride), weight_four(at + 3 * stride)));
}

fn store(value: vec4f, at: u32, owned: bool) {
  if (!owned) {
    return; // another tile's
  }
  if (sizes.ADD != 0) {
    dx[at] += sizes.SCALE * value;
  } else {
    dx[at] = sizes.SCALE * value;
  }
}

// Four rows of dx, `stride` vectors apart, as far as this tile owns them.
fn store_block(sum: mat4x4f, at: u32, stride: u32, owned: vec4<bool>) {
  store(sum[0], at, owned[0]);
  store(sum[1], at + stride, owned[1]);
  store(sum[2], at + 2 * stride, owned[2]);
  store(sum[3], at + 3 * stride, owned[3]);
}
