const FAMILIES = {
  4: { bits: 32n, read: readIpv4 },
  6: { bits: 128n, read: readIpv6 },
} as const;

/**
 * An address or CIDR in the one form that all its spellings share, such as 4/24/655616; null
 * when it is neither. An address is the network of itself.
 */
export function readNetwork(source: string): string | null {
  const [address = "", prefix, more] = source.split("/");
  if (more !== undefined) return null;
  const version = address.includes(":") ? 6 : 4;
  const { bits, read } = FAMILIES[version];
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return null;
  const kept = prefix === undefined ? bits : BigInt(prefix);
  const value = read(address);
  if (value === null || kept > bits) return null;
  return `${version}/${kept}/${value >> (bits - kept)}`;
}

function readIpv4(text: string): bigint | null {
  const octets = text.split(".");
  const isOctet = (each: string) => /^(0|[1-9]\d{0,2})$/.test(each) && Number(each) < 256;
  if (octets.length !== 4 || !octets.every(isOctet)) return null;
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function readIpv6(text: string): bigint | null {
  const url = `http://[${text}]`;
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(url)) return null;
  // A URL holds the address compressed, and with an embedded IPv4 address as groups.
  const [head = "", tail = ""] = new URL(url).hostname.slice(1, -1).split("::");
  const [left, right] = [readGroups(head), readGroups(tail)];
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | group, 0n);
}

const readGroups = (text: string): bigint[] =>
  text === "" ? [] : text.split(":").map((group) => BigInt(`0x${group}`));
