// Blocks of 4 × 4 of matmul.forward.wgsl, for kernels that compute tiles of them. They use that kernel's bindings and sizes.

struct Sizes {
  N: u32, // rows
  J: u32, // groups of the input: 1 or G
  I: u32, // input channels
  G: u32, // groups of weights
  O: u32, // output channels
  ADD: u32, // 1: add to y, 0: set it
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

// x[n … n + 3, j, 4 · i … 4 · i + 3], a column for each row
fn x_block(n: u32, j: u32, i: u32) -> mat4x4f {
  let at = (n * sizes.J + j) * (sizes.I / 4) + i;
  let stride = sizes.J * (sizes.I / 4);
  return mat4x4f(x[at], x[at + stride], x[at + 2 * stride], x[at + 3 * stride]);
}

// weight[g, 4 · i … 4 · i + 3, 4 · o … 4 · o + 3], a column for each input channel
fn weight_block(g: u32, i: u32, o: u32) -> mat4x4f {
  let at = (g * sizes.I + 4 * i) * (sizes.O / 4) + o;
  return mat4x4f(weight_four(at), weight_four(at + (sizes.O / 4)), weight_four(at + 2 * (sizes.O / 4)), weight_four(at + 3 * (sizes.O / 4)));
}

fn store(value: vec4f, n: u32, g: u32, o: u32, own: vec2u) {
  if (n < own.x || o < own.y) {
    return; // another tile's
  }
  let at = (n * sizes.G + g) * (sizes.O / 4) + o;
  if (sizes.ADD != 0) {
    y[at] += sizes.SCALE * value;
  } else {
    y[at] = sizes.SCALE * value;
  }
}

fn store_block(sum: mat4x4f, n: u32, g: u32, o: u32, own: vec2u) {
  store(sum[0], n, g, o, own);
  store(sum[1], n + 1, g, o, own);
  store(sum[2], n + 2, g, o, own);
  store(sum[3], n + 3, g, o, own);
}
