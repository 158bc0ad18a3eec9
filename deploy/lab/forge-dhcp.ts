import type { Network } from "./network.ts";
import { run } from "./processes.ts";

/** What a forged packet says: RFC 2131 §2, and options by their numbers (RFC 2132), their values in hex. */
export type Forged = {
  /** Whose it says it is, whoever sends it. */
  chaddr: string;
  /** op, htype, hlen and hops, in hex: a request over Ethernet where it is left out. */
  head?: string;
  /** The address that the sender says it has. */
  ciaddr?: string;
  options: readonly (readonly [code: number, hex: string])[];
};

export const messages = { request: "03", release: "07" } as const;
export const options = { requestedAddress: 50, message: 53, server: 54, clientId: 61 } as const;

/** To everybody, under no address: whoever sends it need have none. */
const SEND = `use Socket;
my @packets = map { pack("H*", $_) } @ARGV;
socket(my $socket, AF_INET, SOCK_DGRAM, 17) or die "socket: $!";
setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!";
setsockopt($socket, SOL_SOCKET, SO_BROADCAST, 1) or die "broadcast: $!";
setsockopt($socket, SOL_SOCKET, 25, "wlan0\\0") or die "device: $!";
bind($socket, pack_sockaddr_in(68, INADDR_ANY)) or die "bind: $!";
for my $octets (@packets) {
  send($socket, $octets, 0, pack_sockaddr_in(67, INADDR_BROADCAST)) or die "send: $!";
}`;

/** A guest sends what another's device would, from their own; several at once, in turn. */
export async function forgeDhcp(
  { guest }: Pick<Network, "guest">,
  ...forged: readonly Forged[]
): Promise<void> {
  await run("ip", "netns", "exec", guest, "perl", "-e", SEND, ...forged.map(writePacket));
}

/** RFC 2131 §2: a message that is to be answered by broadcast. */
function writePacket(forged: Forged): string {
  const { chaddr, head = ETHERNET_REQUEST, ciaddr = "0.0.0.0", options: said } = forged;
  const fields = [head, "5f0f5f0f", "0000", "8000", addressInHex(ciaddr), "00".repeat(12)];
  const names = "00".repeat(64 + 128);
  const list = said.map(([code, hex]) => octet(code) + octet(hex.length / 2) + hex);
  const device = chaddr.replaceAll(/[:-]/g, "").toLowerCase();
  return [...fields, device.padEnd(32, "0"), names, MAGIC, ...list, "ff"].join("").padEnd(600, "0");
}

const ETHERNET_REQUEST = "01010600";
const MAGIC = "63825363";
const octet = (value: number) => value.toString(16).padStart(2, "0");
export const addressInHex = (ip: string): string =>
  Buffer.from(ip.split(".").map(Number)).toString("hex");
