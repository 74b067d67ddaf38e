/** Names, tasks, joints and filters of whoever, in every file that leaves the page: they are shown, and mean nothing there. */
import 'fake-indexeddb/auto';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import type { ExportContext } from '../../src/adapter/export_format';
import { EXPORTS, exportAdapter, formatsOf } from '../../src/adapter/exports';
import { readPolicyOrigin } from '../../src/adapter/policy_origin';
import { openAdapterStore } from '../../src/adapter/store';
import { HubFolder } from '../../src/hub/folder';
import { fixture } from '../hub/model';
import { configOfKind } from '../policy/checkpoints';
import { actionsAdapter } from './actions_sample';
import { bytesOf, hubAdapter } from './hub_sample';
import { openedPolicy, policyFiles } from './policy_sample';
import { recording, shippedBase, windows } from './server_sample';

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '[go](javascript:alert(1))',
  '../../etc/passwd',
  '=HYPERLINK("https://example.org")',
  'a`b``c | d \\| e',
  'first\n---\nlicense: mit\n# second',
  '\u202egpj.exe',
].join(' ');
const FREEZE = `PathRegex(${JSON.stringify(HOSTILE)})`;

const folder = await HubFolder.open(fixture('test/fixtures/golden/hf_llama_tied'));
const { source: policy, adapter: ofPolicy } = await openedPolicy(policyFiles(configOfKind('π0.5')));
const context: ExportContext = {
  base: async () => ({ name: HOSTILE, licence: 'any use' }),
  shipped: async () => shippedBase(),
  model: async () => folder,
  policy: () => policy,
  policyWeights: async () => policy,
  windows: () => windows,
  recording: () => recording,
};

/** The adapter, with such words wherever a person or a file may put them. */
function named({ summary, robot, settings, ...adapter }: Adapter): Adapter {
  const { hub, policy: origin } = summary;
  return {
    ...adapter,
    summary: {
      ...summary,
      name: HOSTILE,
      freeze: FREEZE,
      ...(hub ? { hub: { ...hub, name: HOSTILE, nameOrPath: HOSTILE } } : {}),
      ...(origin ? { policy: { ...origin, name: HOSTILE } } : {}),
    },
    settings: settings && { ...settings, name: HOSTILE, freeze: FREEZE },
    ...(robot
      ? {
          robot: {
            ...robot,
            name: HOSTILE,
            jointNames: {
              state: robot.jointNames.state.map(() => HOSTILE),
              action: robot.jointNames.action.map(() => HOSTILE),
            },
            tasks: [HOSTILE],
            cameras: robot.cameras.map(() => HOSTILE),
          },
        }
      : {}),
  };
}

const ADAPTERS: readonly (readonly [string, Adapter])[] = [
  ['a robot', named(actionsAdapter())],
  ['a policy', named(ofPolicy)],
  ['a model of the hub', named(hubAdapter({ config: folder.config }))],
];

/** Without what stands as code: there all is letters. */
const proseOf = (markdown: string) =>
  markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');

function checkFile(path: string, bytes: Uint8Array): void {
  expect(path).toMatch(/^[\w.-]+(\/[\w.-]+)*$/);
  expect(path.split('/')).not.toContain('..');
  const text = () => new TextDecoder().decode(bytes);
  if (path.endsWith('.json')) expect(() => JSON.parse(text())).not.toThrow();
  if (path.endsWith('.csv')) expect(text()).not.toMatch(/(^|,|\n)["']?[=+@]|(^|,|\n)-\D/);
  if (!/\.(md|txt)$/.test(path)) return;
  const [whole, front = ''] = /^---\n([\s\S]*?)\n---\n/.exec(text()) ?? [''];
  for (const line of front.split('\n')) expect(line, path).toMatch(/^(\w+:( [\w./-]+| "[^\n]*")?|- [\w-]+|)$/);
  const body = text().slice(whole.length);
  expect(proseOf(body), path).not.toMatch(/<img|\]\(javascript|\u202e/i);
  if (path.endsWith('.md')) expect(body.split('\n'), path).not.toContain('# second');
}

/** As the page has it, where a summary says what the contents are. */
async function kept(adapter: Adapter): Promise<Adapter> {
  const store = openAdapterStore('hostile names');
  await store.save(adapter);
  return store.load(adapter.summary.id);
}

const met = new Set<string>();

test.each(ADAPTERS)('every export of an adapter of %s', async (_, made) => {
  const adapter = await kept(made);
  for (const id of formatsOf(adapter.summary)) {
    met.add(id);
    const written = await exportAdapter(adapter, id, context);
    const bytes = await bytesOf(written);
    const files = written.name.endsWith('.zip') ? unzipSync(bytes) : { [written.name]: bytes };
    for (const [path, content] of Object.entries(files)) checkFile(path, content);
  }
});

test('every form is among them', () => {
  expect(EXPORTS.map(({ id }) => id).filter((id) => !met.has(id))).toEqual([]);
});

test('the hash of a file is a hash, or the file is refused: it stands in cards', () => {
  const origin = { name: 'a', kind: 'π0', naming: 'openpi', files: [{ name: 'b', bytes: 1, sha256: HOSTILE }] };
  expect(() => readPolicyOrigin(JSON.stringify(origin), 'a.safetensors')).toThrow('makes no sense');
});
