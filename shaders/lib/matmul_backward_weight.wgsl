// Blocks of 4 × 4 of matmul.backward_weight.wgsl, for kernels that compute tiles of them. They use that kernel's bindings and sizes.

struct Sizes {
  N: u32, // rows
  J: u32, // groups of the input: 1 or G
  I: u32, // input channels
  G: u32, // groups of weights
  O: u32, // output channels
  ADD: u32, // 1: add to dweight, 0: set it
  SCALE: f32,
}

// x[n … n + 3, j, 4 · i … 4 · i + 3], a column for each channel; rows that were summed already are zeros
fn x_block(n: u32, j: u32, i: u32, summed: u32) -> mat4x4f {
  let at = (n * sizes.J + j) * (sizes.I / 4) + i;
  let stride = sizes.J * (sizes.I / 4);
  let zero = vec4f();
  return transpose(mat4x4f(
    select(x[at], zero, n < summed),
    select(x[at + stride], zero, n + 1 < summed),
    select(x[at + 2 * stride], zero, n + 2 < summed),
    x[at + 3 * stride],
  ));
}

// dy[n … n + 3, g, 4 · o … 4 · o + 3], a column for each row
fn dy_block(n: u32, g: u32, o: u32) -> mat4x4f {
  let at = (n * sizes.G + g) * (sizes.O / 4) + o;
  let stride = sizes.G * (sizes.O / 4);
  return mat4x4f(dy[at], dy[at + stride], dy[at + 2 * stride], dy[at + 3 * stride]);
}

fn store(value: vec4f, g: u32, i: u32, o: u32, own: vec2u) {
  if (i < own.x || o < own.y) {
    return; // another tile's
  }
  let at = (g * sizes.I + i) * (sizes.O / 4) + o;
  if (sizes.ADD != 0) {
    dweight[at] += sizes.SCALE * value;
  } else {
    dweight[at] = sizes.SCALE * value;
  }
}

fn store_block(sum: mat4x4f, g: u32, i: u32, o: u32, own: vec2u) {
  store(sum[0], g, i, o, own);
  store(sum[1], g, i + 1, o, own);
  store(sum[2], g, i + 2, o, own);
  store(sum[3], g, i + 3, o, own);
}
