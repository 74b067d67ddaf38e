// Blocks of 4 × 4 of matmul.backward_weight.wgsl, for kernels that compute tiles of them. They use its bindings and sizes;
// `at` and `stride` count vectors of four.

struct Sizes {
  N: u32, // rows
  J: u32, // groups of the input: 1 or G
  I: u32, // input channels
  G: u32, // groups of weights
  O: u32, // output channels
  ADD: u32, // 1: add to dweight, 0: set it
  SCALE: f32,
}

// Four times four values of x: rows `stride` vectors apart, transposed: a row for each. The first `summed` rows are zeros.
fn x_block(at: u32, stride: u32, summed: u32) -> mat4x4f {
  let zero = vec4f();
  return transpose(mat4x4f(
    select(x[at], zero, summed > 0),
    select(x[at + stride], zero, summed > 1),
    select(x[at + 2 * stride], zero, summed > 2),
    x[at + 3 * stride],
  ));
}

// Four times four values of dy: rows `stride` vectors apart, a column for each.
fn dy_block(at: u32, stride: u32) -> mat4x4f {
  return mat4x4f(dy[at], dy[at + stride], dy[at + 2 * stride], dy[at + 3 * stride]);
}

fn store(value: vec4f, at: u32, owned: bool) {
  if (!owned) {
    return; // another tile's
  }
  if (sizes.ADD != 0) {
    dweight[at] += sizes.SCALE * value;
  } else {
    dweight[at] = sizes.SCALE * value;
  }
}

// Four rows of dweight, `stride` vectors apart, as far as this tile owns them.
fn store_block(sum: mat4x4f, at: u32, stride: u32, owned: vec4<bool>) {
  store(sum[0], at, owned[0]);
  store(sum[1], at + stride, owned[1]);
  store(sum[2], at + 2 * stride, owned[2]);
  store(sum[3], at + 3 * stride, owned[3]);
}
