// cap * tanh(x / cap), a cap of 0 being none, which is x near zero and never beyond ±cap. A GPU's own tanh may overflow, and be good to 1e-5 only, so
//   tanh(u) = Lambert's continued fraction of seven levels where |u| < 2, and (1 - e) / (1 + e), e = exp(-2 |u|), beyond.

const SOFT_CAP_FLAT = 10.0; // beyond, tanh is 1 in float32

fn soft_cap(x: vec4f, cap: f32) -> vec4f {
  if (cap == 0) {
    return x;
  }
  let u = clamp(x / cap, vec4f(-SOFT_CAP_FLAT), vec4f(SOFT_CAP_FLAT));
  let s = u * u;
  let near = u * (135135 + s * (17325 + s * (378 + s))) / (135135 + s * (62370 + s * (3150 + s * 28)));
  let e = exp(-2 * abs(u));
  return cap * select(sign(u) * (1 - e) / (1 + e), near, s < vec4f(4));
}

// The derivative where the capped value is y.
fn soft_cap_slope(y: vec4f, cap: f32) -> vec4f {
  if (cap == 0) {
    return vec4f(1);
  }
  let t = y / cap;
  return 1 - t * t;
}

// The same of one number.
fn soft_cap_one(x: f32, cap: f32) -> f32 {
  return soft_cap(vec4f(x), cap).x;
}

fn soft_cap_slope_one(y: f32, cap: f32) -> f32 {
  return soft_cap_slope(vec4f(y), cap).x;
}
