// Dates as go-yaml reads them: day and time have one digit or two, a zone belongs to the form with T and is Z or ±hh:mm, and what no
// calendar or clock shows is text.

import { Timestamp } from './tree.ts';

const pattern = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(?:(Z)|([-+])(\d\d):(\d\d))?)?$/;

/** Undefined: it is not a date. */
export function resolveTimestamp(text: string): Timestamp | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', separator = ' ', hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const [, , , , , , , , , utc, sign, zoneHour = '0', zoneMinute = '0'] = match;
  const hasZone = utc !== undefined || sign !== undefined;
  if (hasZone !== /t/i.test(separator)) return undefined;
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  // Go lets a zone be 24 hours and 60 minutes away.
  if (Number(zoneHour) > 24 || Number(zoneMinute) > 60) return undefined;
  const date = [year, two(month), two(day)].join('-');
  const time = [two(hour), two(minute), two(second)].join(':') + nanoseconds(fraction);
  return new Timestamp(`${date}T${time}${zone(sign, Number(zoneHour) * 60 + Number(zoneMinute))}`);
}

function isDay(year: number, month: number, day: number): boolean {
  // The calendar repeats after 400 years; Date takes the years up to 99 for those of the last century.
  const daysInMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth;
}

function nanoseconds(digits: string): string {
  const kept = digits.slice(0, 9).replace(/0+$/, '');
  return kept === '' ? '' : `.${kept}`;
}

function zone(sign = '+', minutes: number): string {
  return minutes === 0 ? 'Z' : `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(part: string | number): string {
  return String(part).padStart(2, '0');
}

/** As Go prints a time that nobody formats: `2001-12-14 00:00:00 +0000 UTC`, `2001-12-14 21:59:43.1 -0500 -0500`. */
export function timeInGo({ text }: Timestamp): string {
  const [, date = '', time = '', zoneText = ''] = /^(.+)T([\d:.]+)(.+)$/.exec(text) ?? [];
  const offset = zoneText.replace(':', '');
  return `${date} ${time} ${zoneText === 'Z' ? '+0000 UTC' : `${offset} ${offset}`}`;
}
