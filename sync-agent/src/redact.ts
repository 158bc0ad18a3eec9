/** What could name a person, whatever field it stands in: the logs keep it out, and this is the net. */
const PERSONAL: readonly [RegExp, string][] = [
  [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, "[email]"],
  [/\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b/g, "[mac]"],
  [/\+[1-9]\d{6,14}\b/g, "[phone]"],
  // A number that begins with a zero, as people write theirs.
  [/\b0\d{8,11}\b/g, "[phone]"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, "[address]"],
  [
    /"(?:[^"\\]|\\.)*(?:secret|password|token|authorization|boxKey)"\s*:\s*"(?:[^"\\]|\\.)*"/gi,
    '"redacted":""',
  ],
];

/** Lines of a log without what could name a person or open a door. */
export function redactLines(text: string): string {
  return PERSONAL.reduce((left, [pattern, word]) => left.replace(pattern, word), text);
}
