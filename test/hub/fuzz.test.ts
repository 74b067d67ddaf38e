import { expect, test } from 'vitest';
import { writeSafetensors } from '../../src/containers/safetensors';
import { HubFolder } from '../../src/hub/folder';
import { ProblemError } from '../../src/problem';
import { randomStream } from '../../src/random';
import { encode, KeepingSink, stored, TINY, weightsOf } from './model';
import { mutated } from './mutate';

const weights = weightsOf(TINY);
const names = [...weights.keys()];
const [one, two] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
const whole = writeSafetensors(weights);
const shards = {
  [one]: writeSafetensors(new Map([...weights].slice(0, 9))),
  [two]: writeSafetensors(new Map([...weights].slice(9))),
};
const index = {
  metadata: { total_size: 1 },
  weight_map: Object.fromEntries(names.map((name, n) => [name, n < 9 ? one : two])),
};

const config = JSON.stringify(TINY);

/** Whether files were read to the end; anything but a Problem is a failure. */
async function isRead(files: Record<string, string | Uint8Array>): Promise<boolean> {
  try {
    const folder = await HubFolder.open(Object.entries(files).map(([name, content]) => stored(`m/${name}`, content)));
    const sink = new KeepingSink();
    await folder.stream(sink);
    if (sink.parts.size !== names.length) throw new Error(`${sink.parts.size} of ${names.length} tensors`);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/** How many of `count` seeds end in a read. */
async function readsOf(count: number, filesOf: (seed: number) => Record<string, string | Uint8Array>): Promise<number> {
  let reads = 0;
  for (let seed = 0; seed < count; seed++) if (await isRead({ 'config.json': config, ...filesOf(seed) })) reads++;
  return reads;
}

/** A file of weights with another header, and as much data as before. */
function withHeader(file: Uint8Array, json: unknown): Uint8Array {
  const data = file.subarray(8 + Number(new DataView(file.buffer).getBigUint64(0, true)));
  const header = encode(JSON.stringify(json));
  const changed = new Uint8Array(8 + header.length + data.length);
  new DataView(changed.buffer).setBigUint64(0, BigInt(header.length), true);
  changed.set(header, 8);
  changed.set(data, 8 + header.length);
  return changed;
}

test('5,000 indices, their statements changed', async () => {
  const reads = await readsOf(5000, (seed) => ({
    ...shards,
    'model.safetensors.index.json': JSON.stringify(mutated(index, seed)),
  }));
  expect(reads).toBeGreaterThan(100); // where only what nobody asks about has changed
  expect(reads).toBeLessThan(2500);
});

test('5,000 headers, their statements changed', async () => {
  const header: unknown = JSON.parse(
    new TextDecoder().decode(whole.subarray(8, 8 + Number(new DataView(whole.buffer).getBigUint64(0, true)))),
  );
  const reads = await readsOf(5000, (seed) => ({ 'model.safetensors': withHeader(whole, mutated(header, seed)) }));
  expect(reads).toBeLessThan(1000);
});

test('10,000 files of every kind with bytes of them changed, cut off or doubled', async () => {
  const files: Record<string, Uint8Array> = {
    ...shards,
    'config.json': encode(config),
    'model.safetensors.index.json': encode(JSON.stringify(index)),
  };
  const all = Object.keys(files);
  const reads = await readsOf(10_000, (seed) => {
    const random = randomStream('bytes', seed);
    const name = all[seed % all.length]!;
    return { ...files, [name]: damaged(files[name]!, random) };
  });
  expect(reads).toBeGreaterThan(300);
  expect(reads).toBeLessThan(9000);
});

function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = () => Math.floor(random() * Math.min(bytes.length, random() < 0.5 ? 300 : bytes.length));
  const choice = random();
  if (choice < 0.1) return bytes.slice(0, at());
  if (choice < 0.2) return new Uint8Array([...bytes.slice(0, at()), ...bytes.slice(at())]);
  const changed = bytes.slice();
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) changed[at()] = Math.floor(random() * 256);
  return changed;
}
