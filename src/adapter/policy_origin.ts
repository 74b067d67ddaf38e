/** Which policy an adapter belongs to: what its files say, read back, and whether the one that is open is that one. */
import { parseShallow } from '../containers/shallow_json';
import { nameOf } from '../containers/stored_file';
import { openpiConfig } from '../model/config';
import { leavesOf } from '../model/tree';
import type { PolicySource } from '../policy/source';
import { problem } from '../problem';
import { type Adapter, isLora, type RobotForm } from './adapter';
import type { PolicyOrigin } from './summary';

/** An adapter of a policy that a person opened. */
export interface PolicyAdapter {
  readonly policy: PolicyOrigin;
  readonly robot: RobotForm;
}

/** @throws Error for an adapter of another model */
export function policyOf({ summary, robot }: Adapter): PolicyAdapter {
  const { policy } = summary;
  if (!policy || !robot) throw new Error(`${summary.name} is no adapter of a policy`);
  return { policy, robot };
}

/** @throws ProblemError where the policy is another one than the adapter was trained on */
export function checkPolicy(adapter: Adapter, source: PolicySource): void {
  const { policy } = policyOf(adapter);
  const shapesOf = (config: Adapter['modelConfig']) =>
    leavesOf(config)
      .filter(({ path }) => !isLora(path))
      .map(({ path, shape }) => `${path} ${shape}`);
  const filesOf = (files: readonly { readonly name: string; readonly bytes: number }[]) =>
    files.map(({ name, bytes }) => `${name} ${bytes}`).sort();
  const isSame =
    String(shapesOf(openpiConfig(adapter.modelConfig))) === String(shapesOf(source.config)) &&
    String(filesOf(policy.files)) ===
      String(filesOf(source.files.map(({ path, bytes }) => ({ name: nameOf(path), bytes }))));
  if (!isSame)
    throw problem(
      `The adapter was trained on "${policy.name}", and "${source.name}" is another policy.`,
      adapter.summary.name,
      'Open the checkpoint that it was trained on.',
    );
}

/** @throws ProblemError where the text is no PolicyOrigin */
export function readPolicyOrigin(text: string, where: string): PolicyOrigin {
  let value: unknown;
  try {
    value = parseShallow(text);
  } catch {
    throw unreadable(where);
  }
  if (!isPolicyOrigin(value)) throw unreadable(where);
  return value;
}

const unreadable = (where: string) =>
  problem(
    'What the adapter says of its policy makes no sense.',
    where,
    'The file is damaged; export the adapter again.',
  );

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isPolicyOrigin = (value: unknown): value is PolicyOrigin =>
  isObject(value) &&
  typeof value.name === 'string' &&
  (value.kind === 'π0' || value.kind === 'π0.5') &&
  (value.naming === 'openpi' || value.naming === 'openpi PyTorch' || value.naming === 'LeRobot') &&
  Array.isArray(value.files) &&
  value.files.every(
    (file: unknown) =>
      isObject(file) &&
      typeof file.name === 'string' &&
      Number.isSafeInteger(file.bytes) &&
      typeof file.sha256 === 'string',
  );
