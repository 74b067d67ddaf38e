// Joins what the LANES invocations of a row found of a softmax: the largest logit, and the sum of exponentials relative
// to it. The first of them gets the whole row's pair, the others their own.
// One barrier in all, so a kernel may call it once, in uniform control flow.
// Uses: overrides WORKGROUP, LANES, which divides it.
var<workgroup> row_softmax_scratch: array<vec2f, WORKGROUP>;

fn join_softmax(a: vec2f, b: vec2f) -> vec2f {
  let top = max(a.x, b.x);
  return vec2f(top, a.y * exp(a.x - top) + b.y * exp(b.x - top));
}

fn row_softmax(lane: u32, own: vec2f) -> vec2f {
  row_softmax_scratch[lane] = own;
  workgroupBarrier();
  let others = select(0u, LANES, lane % LANES == 0);
  var joined = own;
  for (var i = lane + 1; i < lane + others; i++) {
    joined = join_softmax(joined, row_softmax_scratch[i]);
  }
  return joined;
}
