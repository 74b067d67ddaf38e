// What each command needs of the machine, whether it is there, and what is done where it is not: it is installed, or one
// sentence says what to type. Runs before anything is installed, so it imports nothing that is not Node's or ours.
import { findChromium, findVulkanDriver } from './chromium.mjs';
import { findFirefox } from './firefox.mjs';
import { here } from './here.mjs';
import { lavapipeDriver } from './lavapipe.mjs';

/** @typedef {import('./here.mjs').Machine} Machine */

/**
 * Something that a command needs.
 * @typedef {object} Need
 * @property {string} name how sentences call it
 * @property {(machine: Machine) => boolean} isThere
 * @property {(machine: Machine) => string | undefined} [mistake] a setting that keeps it from being found, in a sentence
 * @property {'packages' | readonly string[]} from "packages": the lock file; otherwise the packages of Debian that bring it
 * @property {string} [elsewhere] what to do on a system that is no Debian
 */

/** @param {Machine} machine @param {string} variable @param {(path: string) => boolean} isRight */
function wrongPath({ env }, variable, isRight) {
  const paths = (env[variable] ?? '').split(':').filter(Boolean);
  if (paths.length === 0 || paths.some(isRight)) return undefined;
  return `${variable} is "${env[variable]}", and there is no such file: unset it, or put another path there.`;
}

/** @param {Machine} machine @param {string} variable @param {string} program */
function wrongProgram({ env, isExecutable }, variable, program) {
  const path = env[variable];
  if (!path || isExecutable(path)) return undefined;
  return `${variable} is "${path}", and there is no program there: unset it, or put the path of a ${program} there.`;
}

/** @satisfies {Record<string, Need>} */
export const needs = {
  packages: {
    name: 'the npm packages of package-lock.json',
    isThere: (machine) => machine.hasPackages(),
    from: 'packages',
  },
  chromium: {
    name: 'Chromium',
    isThere: (machine) => findChromium(machine) !== undefined,
    mistake: (machine) => wrongProgram(machine, 'CHROMIUM', 'Chromium'),
    from: ['chromium'],
    elsewhere: 'install Chromium or Chrome, and if it is in no usual place set CHROMIUM to its path',
  },
  vulkanLoader: {
    name: 'the Vulkan loader (libvulkan.so.1)',
    isThere: (machine) => machine.platform !== 'linux' || machine.loads('libvulkan.so.1'),
    from: ['libvulkan1'],
    elsewhere: "install the system's package with libvulkan.so.1",
  },
  vulkanDriver: {
    name: 'a Vulkan driver',
    isThere: (machine) => machine.platform !== 'linux' || findVulkanDriver(machine) !== undefined,
    mistake: (machine) =>
      wrongPath(machine, 'VK_DRIVER_FILES', machine.exists) ?? wrongPath(machine, 'VK_ICD_FILENAMES', machine.exists),
    from: ['chromium'], // it brings SwiftShader
    elsewhere: 'install Chromium, which brings one, or set VK_DRIVER_FILES to the description of another',
  },
  firefox: {
    name: 'Firefox',
    isThere: (machine) => findFirefox(machine) !== undefined,
    mistake: (machine) => wrongProgram(machine, 'FIREFOX', 'Firefox'),
    from: ['firefox-esr'],
    elsewhere: 'install Firefox, and if it is not on the PATH set FIREFOX to its path',
  },
  lavapipe: {
    name: 'lavapipe, a second Vulkan driver',
    isThere: ({ platform }) => platform === 'linux' && lavapipeDriver() !== undefined,
    from: ['mesa-vulkan-drivers'],
    elsewhere: "install Mesa's Vulkan drivers, on Linux",
  },
};

/** @typedef {keyof typeof needs} NeedName */

/** @type {NeedName[]} */
const PACKAGES = ['packages'];
/** @type {NeedName[]} */
const BROWSER = ['packages', 'chromium'];
/** @type {NeedName[]} */
const GPU_IN_NODE = ['packages', 'vulkanLoader', 'vulkanDriver'];

/** What each command needs; those of `npm test` are in test.mjs, since each of its stages has its own. */
export const commands = /** @satisfies {Record<string, NeedName[]>} */ ({
  start: PACKAGES,
  dev: PACKAGES,
  build: PACKAGES,
  check: PACKAGES,
  typecheck: PACKAGES,
  lint: PACKAGES,
  format: PACKAGES,
  filter: PACKAGES,
  plan: PACKAGES,
  data: PACKAGES,
  fuzz: PACKAGES,
  tool: PACKAGES, // any other that tools/run.mjs runs
  golden: GPU_IN_NODE,
  interop: GPU_IN_NODE,
  profile: GPU_IN_NODE,
  train: BROWSER,
  bench: BROWSER,
  typing: BROWSER,
  picture: BROWSER,
  record: BROWSER,
  torture: BROWSER,
  'test:node': GPU_IN_NODE,
  'test:wgpu': ['packages', 'vulkanLoader', 'lavapipe'],
  'test:browser': BROWSER,
  'test:e2e': [...GPU_IN_NODE, 'chromium'],
  'test:firefox': ['packages', 'firefox', 'lavapipe'],
});

/** @param {readonly string[]} names */
const listed = (names) => [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ');

/**
 * What is to be done for `wanted` on a machine.
 * @param {readonly Need[]} wanted @param {Machine} machine
 * @returns {{ sentence: string } | { debian: readonly string[], packages: boolean }}
 *   sentence: why it cannot be done from here, and what to type; else what to install: packages of Debian, those of npm
 */
export function decide(wanted, machine) {
  const mistake = wanted.map((need) => need.mistake?.(machine)).find(Boolean);
  if (mistake) return { sentence: mistake };
  const absent = wanted.filter((need) => !need.isThere(machine));
  const ofSystem = absent.filter((need) => need.from !== 'packages');
  const debian = [...new Set(ofSystem.flatMap((need) => need.from))].sort();
  if (ofSystem.length === 0 || (machine.isDebian && machine.isRoot))
    return { debian, packages: ofSystem.length < absent.length };
  const line = machine.isDebian
    ? `as root, type: ${installLine(debian)}`
    : `${ofSystem.map((need) => need.elsewhere ?? `install ${need.name}`).join('; ')}.`;
  return { sentence: `This needs ${listed(ofSystem.map(({ name }) => name))}, not found on this machine: ${line}` };
}

/** @param {readonly string[]} packages */
const installLine = (packages) => `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;

/**
 * Sees to it that what is needed is there, and installs what may be installed.
 * @param {readonly NeedName[]} names @param {Machine} [machine]
 * @returns {string | undefined} nothing where all of it is there now, else a sentence that says what to type
 */
export function provide(names, machine = here) {
  /** @type {Need[]} */
  const wanted = names.map((name) => needs[name]);
  const plan = decide(wanted, machine);
  if ('sentence' in plan) return plan.sentence;
  if (plan.packages && !machine.installPackages())
    return 'npm could not install the packages of package-lock.json, for the reason above: when that is mended, type: npm ci';
  if (plan.debian.length === 0) return undefined;
  if (!machine.installDebian(plan.debian))
    return `apt-get could not install ${listed(plan.debian)}, for the reason above: when that is mended, type: ${installLine(plan.debian)}`;
  const absent = wanted.filter((need) => !need.isThere(machine));
  if (absent.length === 0) return undefined;
  const elsewhere = absent.map((need) => need.elsewhere ?? `install ${need.name}`).join('; ');
  return `apt-get installed ${listed(plan.debian)}, which did not bring ${listed(absent.map(({ name }) => name))}: ${elsewhere}.`;
}

/**
 * What is missing, without installing it.
 * @param {readonly NeedName[]} names @param {Machine} [machine]
 * @returns {string | undefined} a sentence that says what to type; nothing where all of it is there
 */
export function missing(names, machine = here) {
  const plan = decide(
    names.map((name) => needs[name]),
    { ...machine, isRoot: false },
  );
  return 'sentence' in plan ? plan.sentence : undefined;
}

/**
 * The first line of a command: what it needs is there afterwards, or the process has ended with a sentence.
 * @param {keyof typeof commands} command
 */
export function provideFor(command) {
  const sentence = provide(commands[command]);
  if (sentence === undefined) return;
  console.error(sentence);
  process.exit(1);
}
