/** Under the name that the kernel gives a terminal's device number (makedev(3)): Unix98 terminals have the major numbers 136 to 143. */
export function terminalPath(device: number): string | null {
  const [major, minor] = [(device >> 8) & 0xfff, (device & 0xff) | ((device >>> 12) & 0xfff00)];
  return major >= 136 && major <= 143 ? `/dev/pts/${(major - 136) * 256 + minor}` : null;
}
