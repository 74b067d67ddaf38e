/** Numbers as the page writes them. Every figure on screen goes through here, so that one rule holds everywhere. */
import { language } from './language';
import { type Noun, nouns } from './nouns';
import { times } from './times';

/**
 * 1492 → "1,492". English and Chinese group alike; Intl would say so too, but the first number that it writes takes the browser tens of
 * milliseconds.
 */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** counted(1, 'file') → "1 file", counted(3, 'file') → "3 files". */
export const counted = (value: number, noun: Noun): string => nouns[language()](count(value), value === 1, noun);

/** Three significant digits with a decimal unit: "999 B", "1.02 kB", "45.2 MB", "3.40 GB". */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let scaled = Math.abs(value);
  let unit = 0;
  // 999.5 would print as "1000" with three digits, so it already belongs to the next unit.
  while (scaled >= (unit === 0 ? 1000 : 999.5) && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? String(Math.round(scaled)) : threeDigits(scaled);
  return `${value < 0 ? '−' : ''}${digits} ${units[unit]}`;
}

/** A change in bytes with its sign: "+1.20 MB", "−28.2 GB", "no change". */
export function bytesChange(difference: number): string {
  if (difference === 0) return times[language()].noChange;
  return difference > 0 ? `+${bytes(difference)}` : bytes(difference);
}

/** Parameters and other large counts: "812", "1.23 k", "1.23 M", "3.24 B". */
export function big(value: number): string {
  if (value < 1000) return String(Math.round(value));
  const units = ['k', 'M', 'B', 'T'];
  let scaled = value / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${threeDigits(scaled)} ${units[unit]}`;
}

/** A length of time as people say it, two units at most: "under a second", "12 s", "1 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  const { unknown, instant, units } = times[language()];
  if (!Number.isFinite(seconds)) return unknown;
  if (seconds < 1) return instant;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} ${units.s}`;
  if (whole < 3600) return twoUnits(Math.floor(whole / 60), units.min, whole % 60, units.s);
  const minutes = Math.round(whole / 60);
  if (minutes < 48 * 60) return twoUnits(Math.floor(minutes / 60), units.h, minutes % 60, units.min);
  const hours = Math.round(minutes / 60);
  return twoUnits(Math.floor(hours / 24), units.d, hours % 24, units.h);
}

/** How long ago `then` was, both in milliseconds since 1970: "just now", "5 min ago", "3 h ago", "on 24 Nov 2026". */
export function ago(then: number, now: number): string {
  const { justNow, minutesAgo, hoursAgo, onDay } = times[language()];
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return justNow;
  if (minutes < 60) return minutesAgo(minutes);
  if (minutes < 24 * 60) return hoursAgo(Math.floor(minutes / 60));
  return onDay(new Date(then));
}

/** "on 24 Nov 2026" */
export const onDay = (day: Date): string => times[language()].onDay(day);

/** A loss in nats a token: always three decimals, so that columns line up. */
export const loss = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(3) : times[language()].notFinite;

/** A measured quantity in a unit of its own: three significant digits, "12.3", "0.00871", "1,520", "2.1e-5". */
export function quantity(value: number): string {
  if (!Number.isFinite(value)) return times[language()].notFinite;
  const magnitude = Math.abs(value);
  if (magnitude >= 999.5) return minus(count(value));
  if (magnitude !== 0 && magnitude < 5e-4) return minus(shortExponent(value));
  return minus(value === 0 ? '0' : value.toPrecision(3));
}

/** A rate such as a learning rate: "0.005", "5e-5", "0"; from a thousand on in whole numbers: "8192". */
export function rate(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return times[language()].notFinite;
  const magnitude = Math.abs(value);
  if (magnitude >= 1000 && magnitude < 1e9) return String(Math.round(value));
  return magnitude >= 1e-4 && magnitude < 1000 ? String(Number(value.toPrecision(3))) : shortExponent(value);
}

/** A share from 0 to 1: "10 %", "0.4 %". */
export function percent(share: number): string {
  const value = share * 100;
  const tenths = Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${minus(String(tenths === 0 ? 0 : tenths))} %`;
}

/** Change from `before` to `after` in per cent with its sign: "−17 %", "+3 %"; "not finite" where there is none. */
export function percentChange(before: number, after: number): string {
  if (!Number.isFinite((after - before) / before)) return times[language()].notFinite;
  const change = percent((after - before) / before);
  return change.startsWith('−') || change === '0 %' ? change : `+${change}`;
}

/** Tokens or steps a second: "1,240", "8.4", "0.31". */
export const perSecond = (value: number): string => (value >= 100 ? count(value) : value.toPrecision(2));

const threeDigits = (value: number): string =>
  value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);

const twoUnits = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

const shortExponent = (value: number): string =>
  value
    .toExponential(2)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e');

const minus = (text: string): string => text.replace('-', '−');
