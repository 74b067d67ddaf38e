// The index of an invocation among all, where TypeScript's flat() spread the workgroups over x and y.
// It may reach past the end: compare it with the number of elements.

fn flat_index(group: vec3u, groups: vec3u, lane: u32, workgroup: u32) -> u32 {
  return (group.y * groups.x + group.x) * workgroup + lane;
}
