// Told from the bits: a compiler may assume that no NaN or infinity exists, and fold x == x to true.

fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
