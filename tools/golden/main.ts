import { asProblem } from '../../src/problem';
import { dawnDevice, releaseDawn } from '../dawn';
import { readFlags, UsageError } from '../flags.mjs';
import { readCase } from './case';
import { type Comparison, type Group, TOLERANCES } from './compare';
import { command } from './flags.mjs';
import { isGgufFolder, runGgufFolder } from './gguf';
import { runHfCase } from './hf';
import { int8Line, measureInt8 } from './int8';
import { runPi0Case } from './pi0';
import { runTextCase } from './text';

/** `npm run golden -- DIR…`: prints each group's largest relative error; exit 0 only where all are within tolerance. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { folders, int8 } = readArguments(args);
    return await (int8 ? printInt8(folders) : compareCases(folders));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function readArguments(args: readonly string[]) {
  const { files: folders, values } = readFlags(command, args);
  if (folders.length > 0) return { folders, int8: values.int8 === true };
  throw new UsageError('No case was named.', 'Write the folder of one, as test/fixtures/golden/text_lora.');
}

async function compareCases(folders: readonly string[]): Promise<number> {
  const device = await dawnDevice();
  const errors: string[] = [];
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  let failed = 0;
  for (const folder of folders) {
    try {
      const comparison = await compareCase(device, folder);
      await device.queue.onSubmittedWorkDone();
      if (errors.length > 0) throw new Error(errors.splice(0).join('\n'));
      if (!report(folder, comparison)) failed++;
    } catch (error) {
      const { what, where, fix } = asProblem(error);
      console.log(`${folder}\n  REFUSED  ${[what, where, fix].filter(Boolean).join(' · ')}`);
      failed++;
    }
  }
  console.log(`${folders.length - failed} of ${folders.length} cases agree`);
  device.destroy();
  releaseDawn();
  return failed === 0 ? 0 : 1;
}

async function printInt8(folders: readonly string[]): Promise<number> {
  const device = await dawnDevice();
  for (const folder of folders) {
    const golden = readCase(folder);
    if (golden.kind === 'hf') console.log(int8Line(folder, await measureInt8(device, golden)));
    else console.log(`${folder}: no model of the hub`);
  }
  device.destroy();
  releaseDawn();
  return 0;
}

function compareCase(device: GPUDevice, folder: string): Promise<Comparison> {
  if (isGgufFolder(folder)) return runGgufFolder(device, folder);
  const golden = readCase(folder);
  if (golden.kind === 'hf') return runHfCase(device, golden);
  return (golden.kind === 'pi0' ? runPi0Case : runTextCase)(device, golden);
}

function report(folder: string, comparison: Comparison): boolean {
  const failures = new Set<string>(comparison.failures());
  console.log(folder);
  for (const group of Object.keys(TOLERANCES) as Group[]) {
    const result = comparison.groups.get(group);
    if (!result) continue;
    const { error, path, compared } = result;
    const verdict = failures.has(group) ? 'FAIL' : 'ok';
    const of = `${compared} tensor${compared === 1 ? '' : 's'}`;
    console.log(
      `  ${group.padEnd(6)}${error.toExponential(2)}  of ${TOLERANCES[group]}  ${verdict}  ${of}, worst ${path}`,
    );
  }
  for (const { path, why } of comparison.omitted) console.log(`  not compared: ${path}: ${why}`);
  return failures.size === 0;
}
