import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Adapter, fileName, isLora } from '../../src/adapter/adapter';
import { hubGgufFiles } from '../../src/adapter/hub_gguf';
import { mergedFiles } from '../../src/adapter/hub_merge';
import { hubPeftFiles } from '../../src/adapter/hub_peft';
import { shippedServerFiles } from '../../src/adapter/server_shipped';
import { textServerFiles } from '../../src/adapter/server_text';
import type { StoredFile, StreamedFile } from '../../src/containers/stored_file';
import { HubFolder } from '../../src/hub/folder';
import { GgufFile } from '../../src/hub/gguf_file';
import { problem } from '../../src/problem';
import type { TokenDataset } from '../../src/tokens/batches';
import { dawnDevice, releaseDawn } from '../dawn';
import { readFlags, UsageError } from '../flags.mjs';
import { readCase } from '../golden/case';
import { integers, stored } from '../golden/figures';
import { onGguf } from '../golden/gguf';
import { withStep } from '../golden/hf';
import { baseGguf } from './base_gguf';
import { command } from './flags.mjs';
import { compareContinued, type GoingOn, goneOnHere, goneOnThere, keptIn, randomWindows } from './going_on';
import { shippedGoingOn, shippedIn } from './shipped';
import { greedyOf, type Trained, trained, withB } from './trained';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GOLDEN = 'test/fixtures/golden';
const SHIPPED = 'public/base/text';

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
  return { python, out, folders: files.length > 0 ? files : [SHIPPED, ...usual] };
}

async function checkAll(folders: readonly string[], python: string, out: string): Promise<number> {
  const device = await dawnDevice();
  let failed = 0;
  for (const folder of folders) {
    console.log(folder);
    const places = { folder, python, out: join(out, basename(folder)) };
    const isCase = existsSync(join(folder, 'case.json'));
    if (!(await (isCase ? checkHub(device, places) : checkShipped(device, places)))) failed++;
  }
  device.destroy();
  releaseDawn();
  return failed;
}

interface Places {
  readonly folder: string;
  readonly python: string;
  readonly out: string;
}

/** What the adapter becomes, in files of `out`, and what the others make of them. */
async function checkHub(device: GPUDevice, { folder, python, out }: Places): Promise<boolean> {
  const golden = readCase(folder);
  if (golden.kind !== 'hf') throw problem(`A case of kind "${golden.kind}" is of no model of the hub.`, folder);
  const own = await trained(device, golden, basename(folder));
  for (const [name, bytes] of Object.entries(hubPeftFiles(own.adapter))) write(join(out, 'peft', name), bytes);
  await writeStreamed(mergedFiles(own.adapter, await HubFolder.open(filesIn(folder))), join(out, 'merged'));
  const { loss, baseLoss, greedy } = own;
  write(join(out, 'ours.json'), JSON.stringify({ loss, base_loss: baseLoss, greedy }));
  const { status } = spawnSync(python, [join(HERE, 'check_hub.py'), folder, out], { stdio: 'inherit' });
  const goesOn = await checkGoingOn(hubGoingOn(device, own), textServerFiles, {
    python,
    base: folder,
    out: join(out, 'server'),
  });
  return (await checkLlamaCpp(device, own, out)) && status === 0 && goesOn;
}

/** The folder for a GPU server: its script's losses are ours, where we go on as it does. */
async function checkGoingOn(
  own: GoingOn,
  files: (adapter: Adapter, dataset: TokenDataset) => readonly StreamedFile[],
  { python, out, base }: { readonly python: string; readonly out: string; readonly base?: string },
): Promise<boolean> {
  const dataset = randomWindows(own);
  const adapter = keptIn(own, dataset);
  await writeStreamed(files(adapter, dataset), out);
  const ours = await goneOnHere(own, adapter.settings, dataset);
  return compareContinued(ours, goneOnThere(python, out, base));
}

function hubGoingOn(device: GPUDevice, { adapter, golden }: Trained): GoingOn {
  const [B, T] = stored(golden.batch, 'tokens').shape as [number, number];
  return {
    adapter,
    vocabularySize: golden.config.vocabSize,
    shape: { B, T },
    schedule: golden.schedule,
    withStep: (optimizer, work) => withStep(device, { ...golden, optimizer }, (path) => !isLora(path), work),
  };
}

/** The page's own text base, with the folder for a GPU server. */
async function checkShipped(device: GPUDevice, { folder, python, out }: Places): Promise<boolean> {
  const base = await shippedIn(folder);
  const ofServer = (adapter: Adapter, dataset: TokenDataset) => shippedServerFiles(adapter, dataset, base);
  return checkGoingOn(shippedGoingOn(device, base, basename(folder)), ofServer, { python, out: join(out, 'server') });
}

function write(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function fileAt(path: string): StoredFile {
  const blob = new Blob([readFileSync(path)]);
  return { path, bytes: blob.size, open: async () => blob };
}

const filesIn = (folder: string) => readdirSync(folder).map((name) => fileAt(`${folder}/${name}`));

async function writeStreamed(files: readonly StreamedFile[], out: string): Promise<void> {
  for (const { path, chunks } of files) {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks()) parts.push(chunk);
    write(join(out, path), Buffer.concat(parts));
  }
}

/** The same greedy tokens as ours; and others where B is negated, or there is no adapter. */
async function checkLlamaCpp(device: GPUDevice, { adapter, golden }: Trained, out: string): Promise<boolean> {
  const { family, biases } = golden.config;
  if (biases.out && family !== 'llama') {
    console.log(`  llama.cpp: not asked, since it has no bias of o in ${family}`);
    return true;
  }
  const base = join(out, 'base.gguf');
  write(base, await baseGguf(golden));
  const source = await GgufFile.open([fileAt(base)]);
  const converted = await onGguf(source.model, golden);
  const ours = await greedyOf(device, converted);
  const [lora, opposite] = [join(out, 'lora.gguf'), join(out, 'negated.gguf')];
  write(lora, await loraIn(adapter));
  write(opposite, await loraIn({ ...adapter, tensors: withB(adapter.tensors, -1) }));
  const ofGguf = mergedFiles({ ...adapter, modelConfig: converted.config }, source);
  await writeStreamed(ofGguf, join(out, 'merged-gguf'));
  const own = { prompt: [...integers(golden.batch, 'prompt')], count: ours.length };
  const [same, others, without] = askLlamaCpp({ ...own, base, adapters: [lora, opposite, null] });
  const merged = join(out, 'merged-gguf', fileName(adapter, '.gguf'));
  const [inWeights] = askLlamaCpp({ ...own, base: merged, adapters: [null] });
  const verdicts = [
    says('with the LoRA they are ours', same, ours, true),
    says('of the merged model they are ours', inWeights, ours, true),
    says('with B negated they are others', others, ours, false),
    says('without the adapter they are others', without, ours, false),
  ];
  return verdicts.every(Boolean);
}

function says(what: string, its: readonly number[] | undefined, ours: readonly number[], wanted: boolean): boolean {
  const isSo = (String(its) === String(ours)) === wanted;
  console.log(
    `  llama.cpp, ${ours.length} most likely tokens: ${what}: ${isSo ? 'yes' : `NO\n    ours ${ours}\n    its  ${its}`}`,
  );
  return isSo;
}

async function loraIn(adapter: Adapter): Promise<Uint8Array> {
  const files = Object.entries(await hubGgufFiles(adapter));
  return files.find(([name]) => name.endsWith('.gguf'))![1];
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
