/** Deeper than anything that an adapter tells. */
const DEEPEST = 32;

/**
 * JSON of a file from anywhere. What is nested many thousand levels deep can be read, but neither kept nor written again.
 *
 * @throws Error where it is no JSON, or too deep
 */
export function parseShallow(json: string, deepest = DEEPEST): unknown {
  const value: unknown = JSON.parse(json);
  if (isDeeper(value, deepest)) throw new Error(`it is nested more than ${deepest} levels deep`);
  return value;
}

/** Whether there are lists and objects in each other on more levels than that. */
export function isDeeper(value: unknown, deepest: number): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === deepest) return true;
    level = level.flatMap((nested) => Object.values(nested).filter(isNested));
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
