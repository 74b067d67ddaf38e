import { lavapipeVersion } from '../tools/lavapipe.mjs';

/** Says once a run on which GPU the tests of the wgpu project run, so that the versions we claim come from a command. */
export default async function setup(): Promise<void> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error(`wgpu finds no adapter with the driver ${process.env.VK_ICD_FILENAMES}`);
  const { description, subgroupMinSize, subgroupMaxSize } = adapter.info;
  const subgroups = [...new Set([subgroupMinSize, subgroupMaxSize])].join(' to ');
  console.log(
    `wgpu of Deno ${process.versions.deno}, on ${description}, ${lavapipeVersion()}, subgroups of ${subgroups}`,
  );
}
