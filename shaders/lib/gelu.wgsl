// gelu in its tanh form:  gelu(x) = x / 2 * (1 + tanh(u)),  u = √(2/π) * (x + 0.044715 x³).
// Written with the logistic function, (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)): no tanh that may overflow, and no
// cancellation far below zero. Beyond ±10 the gate is 0 or 1 in float32, and exp would soon overflow.

const GELU_CUBIC = 0.044715;
const TWO_ROOT_TWO_OVER_PI = 1.5957691216057308;
const GELU_FLAT = 10.0;

fn gelu_gate(x: f32) -> f32 {
  return 1 / (1 + exp(-TWO_ROOT_TWO_OVER_PI * x * (1 + GELU_CUBIC * x * x)));
}

fn gelu(x: f32) -> f32 {
  return x * gelu_gate(clamp(x, -GELU_FLAT, GELU_FLAT));
}

fn gelu_slope(x: f32) -> f32 {
  let a = clamp(x, -GELU_FLAT, GELU_FLAT);
  let gate = gelu_gate(a);
  return gate + a * gate * (1 - gate) * TWO_ROOT_TWO_OVER_PI * (1 + 3 * GELU_CUBIC * a * a);
}
