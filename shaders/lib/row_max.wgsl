// Largest of one value per invocation over the workgroup; every invocation gets it.
// Uses: override WORKGROUP, a power of two. Must be called in uniform control flow.
var<workgroup> row_max_scratch: array<f32, WORKGROUP>;

fn row_max(lane: u32, value: f32) -> f32 {
  row_max_scratch[lane] = value;
  workgroupBarrier();
  for (var stride = WORKGROUP / 2; stride > 0; stride /= 2) {
    if (lane < stride) {
      row_max_scratch[lane] = max(row_max_scratch[lane], row_max_scratch[lane + stride]);
    }
    workgroupBarrier();
  }
  let largest = row_max_scratch[0];
  workgroupBarrier(); // the scratch is free for the next call
  return largest;
}
