/** A UUID as its 16 octets: less than half of its text. */
export function toIdBlob(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

export function toIdText(octets: Buffer): string {
  const hex = octets.toString("hex");
  const cuts = [0, 8, 12, 16, 20, 32] as const;
  return cuts
    .slice(1)
    .map((end, index) => hex.slice(cuts[index], end))
    .join("-");
}

/** The first 128 bits of a keyed hash that is written in hex. */
export function toHashBlob(hash: string): Buffer {
  return Buffer.from(hash.slice(0, 32), "hex");
}
