// swish(x) = x * logistic(x), which is also called silu; logistic(x) = 1 / (1 + exp(-x)). Below -80 it is 0 for every
// purpose, and exp would soon overflow.

const SWISH_FLAT = -80.0;

fn logistic(x: f32) -> f32 {
  return 1 / (1 + exp(-x));
}

fn swish(x: f32) -> f32 {
  let a = max(x, SWISH_FLAT);
  return a * logistic(a);
}

fn swish_slope(x: f32) -> f32 {
  let a = max(x, SWISH_FLAT);
  let l = logistic(a);
  return l * (1 + a * (1 - l));
}
