const UNITS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/**
 * Bytes as people write them: "24 GB", "24GiB", "0.5 tb", "24e9", "24,000 MB".
 * @param unit bytes that a plain number counts, without a unit and without an exponent
 * @returns undefined for what is no number of bytes above zero
 */
export function bytesWritten(text: string, unit = 1): number | undefined {
  const found = /^(\d[\d,_]*(?:\.\d+)?|\.\d+)(?:e\+?(\d+))?\s*(?:([kmgt])(i)?b?|b|bytes)?$/i.exec(text.trim());
  if (!found) return undefined;
  const [written, digits, exponent = '0', prefix, binary] = found;
  const isPlain = !/[a-z]/i.test(written);
  const size = prefix ? (binary ? 1024 : 1000) ** UNITS[prefix.toLowerCase()]! : isPlain ? unit : 1;
  const bytes = Math.round(Number(digits!.replace(/[,_]/g, '')) * 10 ** Number(exponent) * size);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
