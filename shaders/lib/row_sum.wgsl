// Sum of one value per invocation over the workgroup; every invocation gets the total.
// Uses: override WORKGROUP, a power of two. Must be called in uniform control flow.
var<workgroup> row_sum_scratch: array<f32, WORKGROUP>;

fn row_sum(lane: u32, value: f32) -> f32 {
  row_sum_scratch[lane] = value;
  workgroupBarrier();
  for (var stride = WORKGROUP / 2; stride > 0; stride /= 2) {
    if (lane < stride) {
      row_sum_scratch[lane] += row_sum_scratch[lane + stride];
    }
    workgroupBarrier();
  }
  let total = row_sum_scratch[0];
  workgroupBarrier(); // the scratch is free for the next call
  return total;
}
