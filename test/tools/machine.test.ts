import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findVulkanDriver } from '../../tools/chromium.mjs';
import type { Machine } from '../../tools/here.mjs';
import { commands, decide, missing, type NeedName, needs, provide } from '../../tools/machine.mjs';
import { root } from '../../tools/setup.mjs';

const CHROMIUM = '/usr/bin/chromium';
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';
/** The files that Debian's packages bring, of those that are asked for. */
const BRINGS: Record<string, readonly string[]> = { chromium: [CHROMIUM, SWIFTSHADER], libvulkan1: [LOADER] };
const ALL: NeedName[] = ['packages', 'chromium', 'vulkanLoader', 'vulkanDriver'];

interface Made {
  readonly has?: readonly string[];
  readonly env?: Record<string, string>;
  readonly root?: boolean;
  readonly debian?: boolean;
  readonly platform?: NodeJS.Platform;
  /** What fails when it is asked for. */
  readonly fails?: 'npm' | 'apt-get';
  /** Packages that install without bringing what they should. */
  readonly empty?: readonly string[];
}

/** A machine that holds the files `has`, and keeps a record of what was installed. */
function made({ has = [], env = {}, root = false, debian = true, platform = 'linux', fails, empty = [] }: Made = {}) {
  const files = new Set(has);
  const installed: string[] = [];
  const machine: Machine = {
    platform,
    isDebian: debian,
    isRoot: root,
    env: { PATH: '/usr/bin', ...env },
    exists: (path) => files.has(path),
    isExecutable: (path) => files.has(path),
    realpath: (path) => path,
    list: (folder) =>
      [...files].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    loads: (library) => files.has(library),
    hasPackages: () => files.has('node_modules'),
    installPackages: () => {
      installed.push('npm ci');
      files.add('node_modules');
      return fails !== 'npm';
    },
    installDebian: (packages) => {
      installed.push(...packages);
      for (const name of packages) if (!empty.includes(name)) for (const file of BRINGS[name] ?? []) files.add(file);
      return fails !== 'apt-get';
    },
  };
  return { machine, installed };
}

test('a bare Debian, as root: everything is installed, once', () => {
  const { machine, installed } = made({ root: true });
  expect(provide(ALL, machine)).toBeUndefined();
  expect(installed).toEqual(['npm ci', 'chromium', 'libvulkan1']);
  expect(provide(ALL, machine)).toBeUndefined();
  expect(installed).toHaveLength(3);
});

test('only what is missing is installed: with Chromium there, the loader alone', () => {
  const { machine, installed } = made({ root: true, has: ['node_modules', CHROMIUM, SWIFTSHADER] });
  expect(provide(ALL, machine)).toBeUndefined();
  expect(installed).toEqual(['libvulkan1']);
});

test('an ordinary user is told the one line to type, before npm has taken minutes', () => {
  const { machine, installed } = made();
  expect(provide(['packages', 'chromium'], machine)).toBe(
    'This needs Chromium, not found on this machine: as root, type: apt-get update && apt-get install -y --no-install-recommends chromium',
  );
  expect(installed).toEqual([]);
});

test('an ordinary user needs nothing but npm where nothing of the system is missing', () => {
  const { machine, installed } = made({ has: [CHROMIUM] });
  expect(provide(['packages', 'chromium'], machine)).toBeUndefined();
  expect(installed).toEqual(['npm ci']);
});

test('a sentence names what is missing and nothing that is there', () => {
  const { machine } = made({ has: ['node_modules', CHROMIUM, SWIFTSHADER] });
  const sentence = missing(ALL, machine);
  expect(sentence).toContain('the Vulkan loader (libvulkan.so.1)');
  expect(sentence).toMatch(/install \S+ \S+ libvulkan1$/);
  expect(sentence).not.toMatch(/chromium|driver/i);
  expect(missing(ALL, made({ has: ['node_modules', CHROMIUM, SWIFTSHADER, LOADER] }).machine)).toBeUndefined();
});

test('what is missing is said, and not installed, by root too', () => {
  const { machine, installed } = made({ root: true });
  expect(missing(['vulkanLoader', 'vulkanDriver'], machine)).toMatch(
    /^This needs the Vulkan loader \(libvulkan\.so\.1\) and a Vulkan driver, .* chromium libvulkan1$/,
  );
  expect(installed).toEqual([]);
});

test('a system that is no Debian gets no line of apt-get', () => {
  const { machine } = made({ debian: false, root: true });
  const sentence = provide(['chromium', 'vulkanLoader'], machine);
  expect(sentence).not.toContain('apt-get');
  expect(sentence).toMatch(/Chromium and the Vulkan loader.*set CHROMIUM to its path; .*libvulkan\.so\.1/);
});

test('Vulkan is a need of Linux alone', () => {
  const { machine } = made({ platform: 'darwin', debian: false });
  expect(provide(['vulkanLoader', 'vulkanDriver'], machine)).toBeUndefined();
});

test.each([
  ['CHROMIUM', 'chromium'],
  ['VK_DRIVER_FILES', 'vulkanDriver'],
  ['VK_ICD_FILENAMES', 'vulkanDriver'],
] as const)('%s that points at nothing is named, and nothing is installed in its stead', (variable, need) => {
  const { machine, installed } = made({ root: true, env: { [variable]: '/nowhere' } });
  expect(provide(['packages', need], machine)).toMatch(
    new RegExp(`^${variable} is "/nowhere", and there is no .*unset`),
  );
  expect(installed).toEqual([]);
});

test.each([
  ['npm', /^npm could not install .* type: npm ci$/],
  ['apt-get', /^apt-get could not install chromium, .* type: apt-get update && apt-get install .* chromium$/],
] as const)('where %s fails, that is said, with the line that tries it again', (fails, sentence) => {
  const { machine } = made({ root: true, fails });
  expect(provide(['packages', 'chromium'], machine)).toMatch(sentence);
});

test('a package that does not bring what it should is not taken for it', () => {
  const { machine } = made({ root: true, empty: ['chromium'] });
  expect(provide(['chromium'], machine)).toMatch(
    /^apt-get installed chromium, which did not bring Chromium: .*CHROMIUM/,
  );
});

test('a need of Debian and one of npm are told apart, whatever their order', () => {
  const { machine } = made({ root: true });
  expect(decide([needs.vulkanLoader, needs.packages], machine)).toEqual({ debian: ['libvulkan1'], packages: true });
});

const NVIDIA = '/usr/share/vulkan/icd.d/nvidia_icd.json';
test.each([
  ['the one that was chosen', { has: [SWIFTSHADER], env: { VK_ICD_FILENAMES: NVIDIA } }, { file: NVIDIA }],
  ["a graphics card's", { has: [SWIFTSHADER, NVIDIA, '/dev/nvidia0'] }, { file: NVIDIA }],
  [
    "Chromium's where a card has no driver",
    { has: [SWIFTSHADER, '/dev/nvidia0'] },
    { file: SWIFTSHADER, chosen: true },
  ],
  ["Chromium's where there is no card", { has: [SWIFTSHADER, NVIDIA] }, { file: SWIFTSHADER, chosen: true }],
  ["the system's where there is no Chromium", { has: [NVIDIA] }, { file: NVIDIA }],
  ['none', {}, undefined],
])('the Vulkan driver for Node: %s', (_, machine: Made, driver) => {
  expect(findVulkanDriver(made(machine).machine)).toEqual(driver);
});

test('every npm script goes through a tool that sees to its needs', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [name, script] of Object.entries(scripts)) {
    if (name === 'check') continue; // made of two others
    expect(script).toMatch(/^node tools\//);
    const [, wanted] = /^node tools\/with\.mjs (\S+)/.exec(script) ?? [];
    if (wanted) expect(commands).toHaveProperty([wanted]);
  }
});
