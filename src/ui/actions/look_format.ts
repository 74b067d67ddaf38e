import { language } from '../words/language';
import { times } from '../words/times';

/** A moment of an episode: "3.27 s". */
export const seconds = (value: number): string => `${value.toFixed(2)} ${times[language()].units.s}`;
