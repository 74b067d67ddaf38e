// A cap without a corner:  soft_cap(x) = cap * tanh(x / cap), which stays between -cap and cap. A cap of 0 is none.
// tanh is written with an exponential below 1: WGSL's own may overflow, and need only be right to 1e-5.

fn soft_cap(x: f32, cap: f32) -> f32 {
  if (cap == 0) {
    return x;
  }
  let decay = exp(-2 * abs(x / cap));
  return sign(x) * cap * (1 - decay) / (1 + decay);
}

// Its slope, from what it gave.
fn soft_cap_slope(capped: f32, cap: f32) -> f32 {
  if (cap == 0) {
    return 1;
  }
  let share = capped / cap;
  return 1 - share * share;
}
