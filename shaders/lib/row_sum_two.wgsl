// Sums of two values per invocation over the LANES invocations that share a row; each of them gets both.
// One barrier in all, so a kernel may call this once, in uniform control flow.
// Uses: overrides WORKGROUP, LANES, which divides it.
var<workgroup> row_sum_two_scratch: array<vec2f, WORKGROUP>;

fn row_sum_two(lane: u32, values: vec2f) -> vec2f {
  row_sum_two_scratch[lane] = values;
  workgroupBarrier();
  let first = lane / LANES * LANES;
  var sum = vec2f();
  for (var i = first; i < first + LANES; i++) {
    sum += row_sum_two_scratch[i];
  }
  return sum;
}
