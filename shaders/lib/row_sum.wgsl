// Sum of one value per invocation over the LANES invocations that share a row; each of them gets it.
// One barrier in all, so a kernel may call it once, in uniform control flow.
// Uses: overrides WORKGROUP, LANES, which divides it.
var<workgroup> row_sum_scratch: array<f32, WORKGROUP>;

fn row_sum(lane: u32, value: f32) -> f32 {
  row_sum_scratch[lane] = value;
  workgroupBarrier();
  let first = lane / LANES * LANES;
  var sum = 0.0;
  for (var i = first; i < first + LANES; i++) {
    sum += row_sum_scratch[i];
  }
  return sum;
}
