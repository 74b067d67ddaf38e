/** Deeper than anything that an adapter tells. */
const DEEPEST = 32;

/**
 * JSON of a file from anywhere. What is nested many thousand levels deep can be read, but neither kept nor written again.
 *
 * @throws Error where it is no JSON, or too deep
 */
export function parseShallow(json: string): unknown {
  const value: unknown = JSON.parse(json);
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === DEEPEST) throw new Error(`it is nested more than ${DEEPEST} levels deep`);
    level = level.flatMap((nested) => Object.values(nested).filter(isNested));
  }
  return value;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
