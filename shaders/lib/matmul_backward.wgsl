// Blocks of 4 × 4 of matmul.backward.wgsl, for kernels that compute tiles of them. They use that kernel's bindings and sizes.

struct Sizes {
  N: u32, // rows
  G: u32, // groups of weights
  O: u32, // output channels
  I: u32, // input channels
  J: u32, // groups of the input: 1 or G
  ADD: u32, // 1: add to dx, 0: set it
  SCALE: f32,
}

#include "packed.wgsl" // defines: unpack_four

// weight[4 · index … 4 · index + 3]
fn weight_four(index: u32) -> vec4f {
  if (WEIGHT_PACKED) {
    return unpack_four(weight[index]);
  }
  return bitcast<vec4f>(vec4u(weight[2 * index], weight[2 * index + 1]));
}

// dy[n … n + 3, g, 4 · o … 4 · o + 3], a column for each row
fn dy_block(n: u32, g: u32, o: u32) -> mat4x4f {
  let at = (n * sizes.G + g) * (sizes.O / 4) + o;
  let stride = sizes.G * (sizes.O / 4);
  return mat4x4f(dy[at], dy[at + stride], dy[at + 2 * stride], dy[at + 3 * stride]);
}

// weight[g, 4 · i … 4 · i + 3, 4 · o … 4 · o + 3], a column for each output channel
fn weight_block(g: u32, i: u32, o: u32) -> mat4x4f {
  let at = (g * sizes.I + 4 * i) * (sizes.O / 4) + o;
  return transpose(mat4x4f(weight_four(at), weight_four(at + (sizes.O / 4)), weight_four(at + 2 * (sizes.O / 4)), weight_four(at + 3 * (sizes.O / 4))));
}

fn store(value: vec4f, n: u32, j: u32, i: u32, own: vec2u) {
  if (n < own.x || i < own.y) {
    return; // another tile's
  }
  let at = (n * sizes.J + j) * (sizes.I / 4) + i;
  if (sizes.ADD != 0) {
    dx[at] += sizes.SCALE * value;
  } else {
    dx[at] = sizes.SCALE * value;
  }
}

fn store_block(sum: mat4x4f, n: u32, j: u32, i: u32, own: vec2u) {
  store(sum[0], n, j, i, own);
  store(sum[1], n + 1, j, i, own);
  store(sum[2], n + 2, j, i, own);
  store(sum[3], n + 3, j, i, own);
}
