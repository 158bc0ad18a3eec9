/** What an escaped value says; as it is where its escapes are cut off or make no letters. */
export function decodeIfWhole(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
