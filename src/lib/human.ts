// Durations and sizes in the words of docker's own tools.

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** "About a minute", "3 hours", "2 weeks": what docker's tools call a time span. */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < minute) return `${whole} seconds`;
  const minutes = Math.floor(whole / minute);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(whole / hour);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(whole / day / 365)} years`;
}

/** Three significant digits with decimal units: "1.98MB". */
export function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(3))}${units[unit]}`;
}

/** A short span on a progress line: "0.4s", "12.3s", "2m05s". */
export function shortDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < minute) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / minute)}m${String(Math.floor(seconds % minute)).padStart(2, '0')}s`;
}
