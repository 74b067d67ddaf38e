import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Adapter } from '../../src/adapter/adapter';
import { hubGgufFiles } from '../../src/adapter/hub_gguf';
import { hubPeftFiles } from '../../src/adapter/hub_peft';
import { blobSource } from '../../src/containers/byte_source';
import { openGguf } from '../../src/hub/gguf_model';
import { problem } from '../../src/problem';
import { dawnDevice, releaseDawn } from '../dawn';
import { readFlags, UsageError } from '../flags.mjs';
import { readCase } from '../golden/case';
import { integers } from '../golden/figures';
import { onGguf } from '../golden/gguf';
import type { HfCase } from '../golden/hf_case';
import { baseGguf } from './base_gguf';
import { command } from './flags.mjs';
import { greedyOf, type Trained, trained } from './trained';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GOLDEN = 'test/fixtures/golden';

/** `npm run interop -- --python FILE`: what other programs make of our files. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { python, out, folders } = optionsOf(args);
    const kept = out ?? mkdtempSync(join(tmpdir(), 'interop-'));
    const failed = await checkAll(folders, python, kept);
    if (!out) rmSync(kept, { recursive: true });
    console.log(`${folders.length - failed} of ${folders.length} cases agree`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function optionsOf(args: readonly string[]) {
  const { values, files } = readFlags(command, args);
  const { python, out } = values as { python?: string; out?: string };
  if (python === undefined)
    throw new UsageError(
      'No Python was named.',
      'Write --python FILE; tools/interop/README.md says what it must have.',
    );
  if (!existsSync(join(HERE, 'node_modules/node-llama-cpp')))
    throw new UsageError('node-llama-cpp is not installed.', 'Type: npm --prefix tools/interop ci');
  const all = readdirSync(GOLDEN).map((name) => join(GOLDEN, name));
  const usual = all.filter((folder) => basename(folder).startsWith('hf_') && existsSync(join(folder, 'case.json')));
  return { python, out, folders: files.length > 0 ? files : usual };
}

async function checkAll(folders: readonly string[], python: string, out: string): Promise<number> {
  const device = await dawnDevice();
  let failed = 0;
  for (const folder of folders) {
    console.log(folder);
    const golden = readCase(folder);
    if (golden.kind !== 'hf') throw problem(`A case of kind "${golden.kind}" is of no model of the hub.`, folder);
    if (!(await check(device, golden, folder, python, join(out, basename(folder))))) failed++;
  }
  device.destroy();
  releaseDawn();
  return failed;
}

async function check(device: GPUDevice, golden: HfCase, folder: string, python: string, out: string): Promise<boolean> {
  const own = await trained(device, golden, basename(folder));
  mkdirSync(join(out, 'peft'), { recursive: true });
  for (const [name, bytes] of Object.entries(hubPeftFiles(own.adapter))) writeFileSync(join(out, 'peft', name), bytes);
  const { loss, baseLoss, greedy } = own;
  writeFileSync(join(out, 'ours.json'), JSON.stringify({ loss, base_loss: baseLoss, greedy }));
  const { status } = spawnSync(python, [join(HERE, 'check_hub.py'), folder, out], { stdio: 'inherit' });
  return (await checkLlamaCpp(device, own, out)) && status === 0;
}

/** The same greedy tokens as ours; and others where B is negated, or there is no adapter. */
async function checkLlamaCpp(device: GPUDevice, { adapter, golden }: Trained, out: string): Promise<boolean> {
  const bytes = await baseGguf(golden);
  const base = join(out, 'base.gguf');
  writeFileSync(base, bytes);
  const model = await openGguf(blobSource(new Blob([new Uint8Array(bytes)])), base);
  const ours = await greedyOf(device, await onGguf(model, golden));
  const adapters = [await writeLora(adapter, out, 'lora'), await writeLora(negated(adapter), out, 'negated'), null];
  const prompt = [...integers(golden.batch, 'prompt')];
  const [same, opposite, without] = askLlamaCpp({ base, prompt, count: ours.length, adapters });
  const agrees = String(same) === String(ours);
  console.log(`  llama.cpp: ${ours.length} most likely tokens ${agrees ? 'are' : 'are NOT'} ours`);
  const tells = String(opposite) !== String(ours) && String(without) !== String(ours);
  console.log(`  llama.cpp: with B negated, and without the adapter, they are ${tells ? 'others' : 'NOT others'}`);
  if (!agrees) console.log(`    ours ${ours}\n    its  ${same}`);
  return agrees && tells;
}

async function writeLora(adapter: Adapter, out: string, name: string): Promise<string> {
  const files = await hubGgufFiles(adapter);
  const [bytes] = Object.entries(files).flatMap(([file, content]) => (file.endsWith('.gguf') ? [content] : []));
  const path = join(out, `${name}.gguf`);
  writeFileSync(path, bytes!);
  return path;
}

function negated(adapter: Adapter): Adapter {
  const tensors = Object.entries(adapter.tensors).map(([path, { shape, values }]) => {
    const by = path.endsWith('lora_B.weight') ? -1 : 1;
    return [path, { shape, values: values.map((value) => by * value) }] as const;
  });
  return { ...adapter, tensors: Object.fromEntries(tensors) };
}

interface Request {
  readonly base: string;
  readonly prompt: readonly number[];
  readonly count: number;
  readonly adapters: readonly (string | null)[];
}

function askLlamaCpp(request: Request): number[][] {
  const { stdout, status } = spawnSync(process.execPath, [join(HERE, 'llama_cpp.mjs')], {
    input: JSON.stringify(request),
    stdio: ['pipe', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`llama_cpp.mjs ended with ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}
