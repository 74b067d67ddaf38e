import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Binding, Bindings, Kernel } from '../../src/gpu/kernel';
import { axes } from '../../src/gpu/tensor';
import { type FieldType, Uniform } from '../../src/gpu/uniform';
import { LETTERS } from '../../src/leaves/row';
import { ops } from '../../src/ops';
import { device } from '../gpu';

const BINDING = /^@group\(0\) @binding\((\d+)\) var<(?:storage, )?(\w+)> (\w+): (.+); +\/\/ \((.*)\)$/gm;
const OVERRIDE = /^override (\w+): /gm; // without a type: computed from others in the shader
const INCLUDE = /^#include "(.+)" \/\/ defines: (.+)$/gm;

const MOST_STORAGE_BUFFERS = 8; // WebGPU's default limit per shader stage

const kernels = Object.values(ops).flatMap((op) => Object.values(op) as unknown as Kernel<Bindings>[]);
const references = readdirSync('test/reference').map((name) => name.replace('.ts', ''));
const shaderFiles = readdirSync('shaders').filter((name) => name.endsWith('.wgsl'));

/** f32, u32 or i32: what an array<…> of scalars or vectors is made of; a uniform's struct as it is. */
function elementType(wgsl: string): string {
  const inner = /^array<(.+)>$/.exec(wgsl)?.[1] ?? wgsl;
  const [, short, long] = /^vec\d(?:([fui])|<(\w+)>)$/.exec(inner) ?? [];
  return long ?? (short ? `${short}32` : inner);
}

function shaderType({ access, packable, type }: Binding<string>, wgsl: string): string {
  if (access === 'uniform') return elementType(wgsl); // numbers of several kinds: no one type to compare
  return packable.length > 0 ? 'u32' : type;
}

describe.each(kernels.map((kernel) => [kernel.label, kernel] as const))('%s', (label, kernel) => {
  const { source, bindings, overrides, sizesIn } = kernel;
  const named = Object.entries<Binding<string>>(bindings);

  test('compiles without a message', async () => {
    const { messages } = await device.createShaderModule({ label, code: source }).getCompilationInfo();
    expect(messages.map((m) => `${m.lineNum}: ${m.message}`)).toEqual([]);
  });

  test('has the same bindings, access, element types and shapes in WGSL as in TypeScript', () => {
    const declared = [...source.matchAll(BINDING)];
    expect(declared).toHaveLength(source.split('@binding(').length - 1);
    const inShader = declared.map(
      ([, n, access, name, type, shape]) => `${n} ${access} ${name}: ${elementType(type as string)} (${shape})`,
    );
    const inTable = named.map(([name, b], n) => {
      const type = shaderType(b, declared[n]?.[4] ?? '');
      return `${n} ${b.access} ${name}: ${type} (${axes(b.shape).join(', ')})`;
    });
    expect(inShader).toEqual(inTable);
  });

  test('has an override for every axis, constant and format of a weight, and no other', () => {
    const inShader = [...source.matchAll(OVERRIDE)].map(([, name]) => name as string);
    const formats = named.filter(([, b]) => b.packable.length > 0).map(([name]) => `${name.toUpperCase()}_FORMAT`);
    const constants =
      sizesIn === 'uniform' ? ['WORKGROUP'] : [...Object.keys(overrides), ...named.flatMap(([, b]) => axes(b.shape))];
    expect(inShader.toSorted()).toEqual([...new Set([...constants, ...formats])].sort());
  });

  test('declares its sizes, where they are in a uniform, by the names that TypeScript gives', () => {
    const lengths = named.flatMap(([, b]) => axes(b.shape)).map((axis): [string, FieldType] => [axis, 'u32']);
    const constants = Object.entries(overrides)
      .filter(([name]) => name !== 'WORKGROUP')
      .map(([name, value]): [string, FieldType] => [name, typeof value === 'boolean' ? 'u32' : 'f32']);
    const inShader = source.includes('struct Sizes {') ? new Uniform(kernel, 'sizes').fields : {};
    expect(inShader).toEqual(sizesIn === 'uniform' ? Object.fromEntries([...lengths, ...constants]) : {});
  });

  test('binds no more storage buffers than every device has', () => {
    const storage = named.filter(([, b]) => b.access !== 'uniform');
    expect(storage.length).toBeLessThanOrEqual(MOST_STORAGE_BUFFERS);
  });

  test('is named after its file, and its op has a reference and a test', () => {
    expect(shaderFiles).toContain(`${label}.wgsl`);
    const [stem] = label.split('.');
    const op = references.find((name) => `${stem}_`.startsWith(`${name}_`)); // matmul_tiled must agree with matmul
    expect(op).toBeDefined();
    expect(existsSync(`test/ops/${op}.test.ts`)).toBe(true);
  });
});

test('README.md explains every letter of an axis, once, and no other', () => {
  const section = /^## Letters of the axes\n\n([\s\S]+?)\n\n/m.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
  const explained = section.split('·').map((entry) => /^([A-Z]) \S/.exec(entry.trim())?.[1] ?? entry);
  const used = kernels.flatMap(({ bindings }) => Object.values(bindings).flatMap(({ shape }) => axes(shape)));
  expect(explained.toSorted()).toEqual([...new Set([...used, ...LETTERS])].sort());
});

test('an axis is said to be the same thing in every shader', () => {
  const meanings = new Map<string, Set<string>>();
  for (const { source } of kernels) {
    for (const [, axis = '', meaning = ''] of source.matchAll(/^(?:override| ) ([A-Z])\b: u32[;,] \/\/ (\w+)/gm)) {
      meanings.set(axis, (meanings.get(axis) ?? new Set()).add(meaning));
    }
  }
  expect([...meanings].filter(([, words]) => words.size > 1).map(([axis, words]) => [axis, ...words])).toEqual([]);
});

test('every shader is in the table', () => {
  expect(kernels.map(({ label }) => `${label}.wgsl`).sort()).toEqual(shaderFiles.toSorted());
});

test.each(shaderFiles)('%s includes what it says, and uses it', (file) => {
  const source = readFileSync(`shaders/${file}`, 'utf8');
  const own = source.replace(INCLUDE, '');
  for (const [, path, names] of source.matchAll(INCLUDE)) {
    const included = readFileSync(`shaders/${path}`, 'utf8');
    for (const name of (names as string).split(', ')) {
      expect(included, `${path} defines ${name}`).toMatch(new RegExp(`^(fn|const|override) ${name}\\b`, 'm'));
      expect(own, `uses ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
    }
  }
  expect(own).not.toContain('#include');
});
