/** Adapters, stores of this browser, and what people paste. */

import type { OpenHubBase } from '../../src/adapter/adapter';
import { hubPeftFiles } from '../../src/adapter/hub_peft';
import { exportOpenpi } from '../../src/adapter/openpi_file';
import { exportPeft, peftFiles } from '../../src/adapter/peft_zip';
import { lint } from '../../src/filter/lint';
import { read as readFilter } from '../../src/filter/parse';
import { treeOf } from '../../src/filter/tree';
import { readEntries, readHeader, readLastUsed } from '../../src/prefixes/index_file';
import { actionsKind } from '../../src/ui/actions/kind';
import { withSetup } from '../../src/ui/state/setup';
import { textKind } from '../../src/ui/text/kind';
import { readAdapter } from '../../src/worker/read_adapter';
import { actionsAdapter, base as actionsBase } from '../adapter/actions_sample';
import { hubAdapter, hubBase, llama } from '../adapter/hub_sample';
import { base, sampleAdapter } from '../adapter/sample';
import { shapesOf, treeNames } from '../filter/trees';
import { memoryFiles } from '../prefixes/memory_file';
import { add, gives, held, open } from '../prefixes/records';
import { type FuzzReader, filesOf, type Sample, utf8 } from './reader';

const OPEN: OpenHubBase = {
  id: 'hub',
  modelConfig: llama,
  identify: async () => ({ hash: 'cd'.repeat(32), hub: hubBase(llama) }),
};

/** Where something stands in plain data, lists as one: "history.train.*.loss". */
function placesIn(value: unknown, place = ''): string[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [place];
  return Object.entries(value).flatMap(([key, inner]) =>
    placesIn(inner, `${place}.${Array.isArray(value) ? '*' : key}`),
  );
}

/** What an adapter may tell: what those tell that were made here. */
const KNOWN = new Set(
  [sampleAdapter(), actionsAdapter(), hubAdapter()].flatMap(({ tensors: _, modelConfig: __, ...told }) =>
    placesIn(told),
  ),
);
const isKnown = (place: string) => KNOWN.has(place) || [...KNOWN].some((one) => one.startsWith(`${place}.`));

const adapter = (
  id: string,
  samples: () => Promise<readonly Sample[]>,
  latest: OpenHubBase | null = null,
): FuzzReader => ({
  id: `adapter: ${id}`,
  samples,
  async read(sample) {
    const files = filesOf(sample).map(({ path, file }) => new File([file], path));
    const bases = [base, actionsBase];
    const imported = await readAdapter(files, bases, { latest, knownPolicy: async () => [] });
    const { tensors, modelConfig: _, ...told } = imported.adapter;
    const unknown = placesIn(told).find((place) => !isKnown(place));
    if (unknown) throw new Error(`it keeps ${unknown.slice(0, 200)}`);
    if (Object.values(tensors).some(({ values }) => !values.every(Number.isFinite)))
      throw new Error('it is not finite');
    structuredClone(imported);
    JSON.stringify(told);
    return undefined;
  },
});

const TERMS = { name: 'tiny', licence: 'CC0-1.0' };
const withoutCards = ({ 'README.md': _, 'NOTICE.txt': __, 'memory.csv': ___, ...files }: Sample): Sample => files;

const ADAPTERS: readonly FuzzReader[] = [
  adapter('our file', async () => [
    { 'a.safetensors': exportOpenpi(sampleAdapter()) },
    { 'b.safetensors': exportOpenpi(actionsAdapter()) },
  ]),
  adapter('PEFT folder', async () => [
    withoutCards(peftFiles(sampleAdapter(), TERMS)),
    withoutCards(peftFiles(actionsAdapter(), TERMS)),
  ]),
  adapter('PEFT folder of the hub', async () => [withoutCards(hubPeftFiles(hubAdapter()))], OPEN),
  adapter('PEFT archive', async () => [{ 'a.zip': await exportPeft(sampleAdapter(), TERMS) }]),
];

const prefixes: FuzzReader = {
  id: 'store: prefixes',
  async samples() {
    const files = memoryFiles();
    add(open(files).store, 3, 1, 4);
    return [{ index: files.index.content, data: files.data.content }];
  },
  async read({ index, data }) {
    const files = memoryFiles({ index: index!, data: data! });
    const found = readHeader(index!);
    readLastUsed(index!);
    if (found) readEntries(index!, found.seal);
    const { store } = open(files);
    for (const sample of held(store)) gives(store, sample);
    return undefined;
  },
};

const TREE = treeOf(shapesOf(treeNames[0]!));

const PASTED = [
  'nnx.All(nnx_utils.PathRegex(".*llm.*"), nnx.Not(nnx_utils.PathRegex(".*(lora|_1)[^/]*.*")))',
  'filters = []\ngemma = nnx_utils.PathRegex(".*llm.*")  # all\nfilters.append(gemma)\nfilters += [nnx.Not(PathRegex(r"a{2,3}?"))]\nreturn nnx.Any(*filters)\n',
  'TrainConfig(\n    name="x",\n    model=pi0.Pi0Config(paligemma_variant="gemma_2b_lora"),\n    freeze_filter=pi0.Pi0Config(\n        paligemma_variant="gemma_2b_lora"\n    ).get_freeze_filter(),\n    ema_decay=None,\n    batch_size=32,\n)\n',
];

const filters: FuzzReader = {
  id: 'pasted: filter',
  samples: async () => PASTED.map((text) => ({ 'filter.py': utf8(text) })),
  async read(sample) {
    const text = new TextDecoder().decode(sample['filter.py']);
    lint(text, readFilter(text), TREE);
    return undefined;
  },
};

const SETUPS = [
  'task=text&learningRate=1e-3&earlyStop=off&freeze=All(PathRegex(".*"))&stage=10|1e-4|Nothing&stage=20|1e-5|Everything',
  'task=actions&horizon=8&recompute=on&backboneLora=on&batchSize=4',
];

const setups: FuzzReader = {
  id: 'pasted: address',
  samples: async () => SETUPS.map((text) => ({ address: utf8(text) })),
  async read(sample) {
    const setup = new URLSearchParams(new TextDecoder().decode(sample.address));
    withSetup(textKind, textKind.untouched, setup);
    withSetup(actionsKind, actionsKind.untouched, setup);
    return undefined;
  },
};

export const OTHERS: readonly FuzzReader[] = [...ADAPTERS, prefixes, filters, setups];
