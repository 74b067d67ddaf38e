import type { Language } from './language';

/** The few words inside of numbers: times, and what is no number. */
interface Times {
  readonly units: Readonly<Record<'s' | 'min' | 'h' | 'd', string>>;
  readonly instant: string;
  readonly unknown: string;
  readonly noChange: string;
  readonly notFinite: string;
  readonly justNow: string;
  minutesAgo(minutes: number): string;
  hoursAgo(hours: number): string;
  onDay(day: Date): string;
}

/** Made once it is needed: that takes the browser milliseconds. */
const formats = new Map<string, Intl.DateTimeFormat>();

function dayIn(tag: string, month: 'short' | 'long', day: Date): string {
  const known = formats.get(tag);
  const format = known ?? new Intl.DateTimeFormat(tag, { day: 'numeric', month, year: 'numeric' });
  if (!known) formats.set(tag, format);
  return format.format(day);
}

export const times: Readonly<Record<Language, Times>> = {
  en: {
    units: { s: 's', min: 'min', h: 'h', d: 'd' },
    instant: 'under a second',
    unknown: 'unknown',
    noChange: 'no change',
    notFinite: 'not finite',
    justNow: 'just now',
    minutesAgo: (minutes) => `${minutes} min ago`,
    hoursAgo: (hours) => `${hours} h ago`,
    onDay: (day) => `on ${dayIn('en-GB', 'short', day)}`,
  },
  zh: {
    units: { s: '秒', min: '分', h: '小时', d: '天' },
    instant: '不到 1 秒',
    unknown: '未知',
    noChange: '无变化',
    notFinite: '不是有限数',
    justNow: '刚刚',
    minutesAgo: (minutes) => `${minutes} 分钟前`,
    hoursAgo: (hours) => `${hours} 小时前`,
    onDay: (day) => dayIn('zh-CN', 'long', day),
  },
};
