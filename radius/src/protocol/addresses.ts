// Addresses between octets and text. What is parsed was found to be an address before.

export function formatIpv4(bytes: Buffer, start: number): string {
  return `${bytes[start]}.${bytes[start + 1]}.${bytes[start + 2]}.${bytes[start + 3]}`;
}

export function parseIpv4(text: string): Buffer {
  return Buffer.from(text.split(".").map(Number));
}

/** In the one canonical form (RFC 5952 §4), so that addresses can be compared as text. */
export function formatIpv6(bytes: Buffer, start: number): string {
  const groups: string[] = [];
  for (let at = start; at < start + 16; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  const text = groups.join(":");
  // §4.2: the longest run of zeros is shortened, the first of equals, never a single one.
  const runs = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return text;
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  return `${text.slice(0, at).replace(/:$/, "")}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

export function parseIpv6(text: string): Buffer {
  const dotted = text.lastIndexOf(".") === -1 ? null : text.slice(text.lastIndexOf(":") + 1);
  let plain = text.split("%")[0] as string;
  if (dotted) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
    const tail = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    plain = plain.slice(0, -dotted.length) + tail;
  }
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const gap = tail === undefined ? [] : Array(8 - before.length - after.length).fill("0");
  const octets = Buffer.alloc(16);
  [...before, ...gap, ...after].forEach((group: string, index) => {
    octets.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return octets;
}

/** Four groups of 16 bits (RFC 3162 §2.2). */
export function formatInterfaceId(bytes: Buffer, start: number): string {
  const groups: string[] = [];
  for (let at = start; at < start + 8; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  return groups.join(":");
}

/** Null when it is not four groups. */
export function parseInterfaceId(text: string): Buffer | null {
  if (!/^[\da-f]{1,4}(:[\da-f]{1,4}){3}$/i.test(text)) return null;
  const octets = Buffer.alloc(8);
  text.split(":").forEach((group, index) => {
    octets.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return octets;
}
