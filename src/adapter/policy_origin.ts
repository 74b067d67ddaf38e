/** Which policy an adapter belongs to: what its files say, read back, and whether the one that is open is that one. */
import { nameOf } from '../containers/stored_file';
import { openpiConfig } from '../model/config';
import { leavesOf } from '../model/tree';
import type { PolicySource } from '../policy/source';
import { problem } from '../problem';
import { type Adapter, isLora, type RobotForm } from './adapter';
import { count, type Form, jsonIn, listOf, object, oneOf, text } from './forms';
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

/** By names, shapes and sizes, without reading a weight. @throws ProblemError where the policy is another one than the adapter was trained on */
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
export function readPolicyOrigin(written: string, where: string): PolicyOrigin {
  const found = origin(jsonIn(written));
  if (!found) throw unreadable(where);
  return found;
}

const unreadable = (where: string) =>
  problem(
    'What the adapter says of its policy makes no sense.',
    where,
    'The file is damaged; export the adapter again.',
  );

const hash: Form<string> = (value) => (/^[0-9a-f]{64}$/.test(text(value) ?? '') ? text(value) : undefined);
const origin: Form<PolicyOrigin> = object({
  name: text,
  kind: oneOf('π0', 'π0.5'),
  naming: oneOf('openpi', 'openpi PyTorch', 'LeRobot'),
  files: listOf(object({ name: text, bytes: count, sha256: hash })),
});
