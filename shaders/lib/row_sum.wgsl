// Sum of one value per invocation over the LANES invocations that share a row.
// One barrier in all, so a kernel may call one of these once, in uniform control flow.
// Uses: overrides WORKGROUP, LANES, which divides it.
var<workgroup> row_sum_scratch: array<f32, WORKGROUP>;

// Each of them gets it.
fn row_sum(lane: u32, value: f32) -> f32 {
  row_sum_scratch[lane] = value;
  workgroupBarrier();
  return sum_of_row(lane / LANES * LANES, LANES);
}

// The first of them gets it, the others 0.
fn row_sum_to_first(lane: u32, value: f32) -> f32 {
  row_sum_scratch[lane] = value;
  workgroupBarrier();
  return sum_of_row(lane, select(0u, LANES, lane % LANES == 0));
}

fn sum_of_row(first: u32, count: u32) -> f32 {
  var sum = 0.0;
  for (var i = first; i < first + count; i++) {
    sum += row_sum_scratch[i];
  }
  return sum;
}
