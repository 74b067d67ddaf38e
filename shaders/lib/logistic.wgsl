// 1 / (1 + exp(-x)). Below -80 it is 0 for every purpose, and exp would soon overflow.

const LOGISTIC_FLAT = -80.0;

fn logistic(x: f32) -> f32 {
  return 1 / (1 + exp(-max(x, LOGISTIC_FLAT)));
}
