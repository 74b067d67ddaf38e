/** Every form in which an adapter can be taken away, in the order in which they are offered. */
import { problem } from '../problem';
import { type Adapter, fileName } from './adapter';
import type { AdapterExport, ExportContext, FileContent } from './export_format';
import { hubGgufFiles } from './hub_gguf';
import { mergedFiles } from './hub_merge';
import { hubMlxFiles } from './hub_mlx';
import { hubPeftFiles } from './hub_peft';
import { memoryCsvOf } from './memory_csv';
import { normStatsExport } from './norm_stats_export';
import { exportOpenpi } from './openpi_file';
import { packed, packedStream } from './packed';
import { exportPeft } from './peft_zip';
import { policyCheckpointFiles, policyLeafFiles, policyPeftFiles } from './policy_files';
import { policyServerFiles } from './server_policy';
import { shippedServerFiles } from './server_shipped';
import { textServerFiles } from './server_text';
import type { AdapterSummary, ExportFormat } from './summary';

const isOfPolicy = ({ policy }: AdapterSummary) => policy !== undefined;
const isOfHub = ({ hub }: AdapterSummary) => hub !== undefined;

const openpiExport: AdapterExport = {
  id: 'openpi',
  appliesTo: (summary) => !isOfHub(summary),
  fileName: (adapter) => fileName(adapter, '.safetensors'),
  write: exportOpenpi,
};

const peftExport: AdapterExport = {
  id: 'peft',
  appliesTo: () => true,
  fileName: (adapter) => fileName(adapter, '-peft.zip'),
  write: async (adapter, { base, policy }) => {
    if (isOfHub(adapter.summary)) return packed(adapter, '-peft', hubPeftFiles(adapter));
    if (isOfPolicy(adapter.summary)) return packed(adapter, '-peft', policyPeftFiles(adapter, policy()));
    return exportPeft(adapter, await base());
  },
};

const leavesExport: AdapterExport = {
  id: 'leaves',
  appliesTo: isOfPolicy,
  fileName: (adapter) => fileName(adapter, '-leaves.zip'),
  write: async (adapter, { policyWeights }) =>
    packedStream(adapter, '-leaves', policyLeafFiles(adapter, await policyWeights(), 'openpi')),
};

const torchLeavesExport: AdapterExport = {
  id: 'torch_leaves',
  appliesTo: isOfPolicy,
  fileName: (adapter) => fileName(adapter, '-torch-leaves.zip'),
  write: async (adapter, { policyWeights }) =>
    packedStream(adapter, '-torch-leaves', policyLeafFiles(adapter, await policyWeights(), 'torch')),
};

const ggufExport: AdapterExport = {
  id: 'gguf',
  appliesTo: isOfHub,
  fileName: (adapter) => fileName(adapter, '-gguf.zip'),
  write: async (adapter) => packed(adapter, '-gguf', await hubGgufFiles(adapter)),
};

const mlxExport: AdapterExport = {
  id: 'mlx',
  appliesTo: isOfHub,
  fileName: (adapter) => fileName(adapter, '-mlx.zip'),
  write: (adapter) => packed(adapter, '-mlx', hubMlxFiles(adapter)),
};

const mergedExport: AdapterExport = {
  id: 'merged',
  appliesTo: (summary) => isOfHub(summary) || isOfPolicy(summary),
  fileName: (adapter) => fileName(adapter, '-merged.zip'),
  write: async (adapter, { model, policyWeights }) =>
    packedStream(
      adapter,
      '-merged',
      isOfHub(adapter.summary)
        ? mergedFiles(adapter, await model())
        : policyCheckpointFiles(adapter, await policyWeights()),
    ),
};

const serverExport: AdapterExport = {
  id: 'server',
  appliesTo: (summary) => summary.robot === undefined || isOfPolicy(summary),
  fileName: (adapter) => fileName(adapter, '-server.zip'),
  write: async (adapter, context) => packedStream(adapter, '-server', await serverFilesOf(adapter, context)),
};

async function serverFilesOf(adapter: Adapter, { windows, policyWeights, recording, shipped }: ExportContext) {
  if (isOfHub(adapter.summary)) return textServerFiles(adapter, windows());
  if (isOfPolicy(adapter.summary)) {
    const opened = recording(); // first: weights may take minutes
    return policyServerFiles(adapter, await policyWeights(), opened);
  }
  return shippedServerFiles(adapter, windows(), await shipped());
}

const memoryExport: AdapterExport = {
  id: 'memory',
  appliesTo: () => true,
  fileName: () => 'memory.csv',
  write: (adapter) => new TextEncoder().encode(memoryCsvOf(adapter)),
};

export const EXPORTS: readonly AdapterExport[] = [
  openpiExport,
  peftExport,
  ggufExport,
  mlxExport,
  leavesExport,
  torchLeavesExport,
  mergedExport,
  serverExport,
  normStatsExport,
  memoryExport,
];

/** The forms that an adapter can be taken away in, in the order in which they are offered. */
export const formatsOf = (summary: AdapterSummary): readonly ExportFormat[] =>
  EXPORTS.filter((format) => format.appliesTo(summary)).map(({ id }) => id);

/** A file to be kept. */
export interface WrittenFile {
  readonly name: string;
  readonly content: FileContent;
}

/** An adapter in one form. @throws ProblemError where there is no such form, or it cannot hold this adapter */
export async function exportAdapter(adapter: Adapter, id: ExportFormat, context: ExportContext): Promise<WrittenFile> {
  const format = EXPORTS.find((one) => one.id === id);
  if (!format) {
    const known = EXPORTS.map((one) => one.id).join(', ');
    throw problem(`There is no format "${id}" for adapters.`, adapter.summary.name, `Use one of ${known}.`);
  }
  return { name: format.fileName(adapter), content: await format.write(adapter, context) };
}
