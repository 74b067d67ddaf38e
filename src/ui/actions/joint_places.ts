/** Places of joints as a person writes them, "0-6, 9": ascending, each once; null where that is no places below `count`. */
export function placesIn(text: string, count: number): number[] | null {
  const places = new Set<number>();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const [, from, to] = /^(\d{1,6})(?:[-–](\d{1,6}))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from === undefined || first > last || last >= count) return null;
    for (let place = first; place <= last; place += 1) places.add(place);
  }
  return [...places].sort((a, b) => a - b);
}
