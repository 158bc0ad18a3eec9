import { addressInHex } from "./forge-dhcp.ts";
import type { Network } from "./network.ts";
import { run } from "./processes.ts";

const BROADCAST = "ff:ff:ff:ff:ff:ff";
const NOBODY = "000000000000";
const ETHERTYPE = "0806";
/** RFC 826: Ethernet, IPv4, and the lengths of their addresses. */
const KINDS = "000108000604";
const REQUEST = "0001";
const REPLY = "0002";

/** Sends Ethernet frames, each in hex, by a packet socket (packet(7)): 17 AF_PACKET, 3 SOCK_RAW. */
const SEND = `my ($index, @frames) = @ARGV;
socket(my $socket, 17, 3, 0) or die "socket: $!";
for my $frame (@frames) {
  my $octets = pack("H*", $frame);
  my $to = pack("S n l S C C a8", 17, 0x0806, $index, 1, 0, 6, substr($octets, 0, 6));
  send($socket, $octets, 0, $to) or die "send: $!";
}`;

/**
 * A guest says that an address is theirs, in all three ways that ARP has: a request to the one who is to
 * believe it, an answer that nobody asked for, and the same to everybody.
 */
export async function claimAddress(
  { guest, guestMac }: Pick<Network, "guest" | "guestMac">,
  { ip, to }: { ip: string; to: { ip: string; mac: string } },
): Promise<void> {
  const own = toHex(guestMac) + addressInHex(ip);
  const asked = addressInHex(to.ip);
  const frame = (mac: string, code: string, target: string) =>
    toHex(mac) + toHex(guestMac) + ETHERTYPE + KINDS + code + own + target;
  const frames = [
    frame(to.mac, REQUEST, `${NOBODY}${asked}`),
    frame(to.mac, REPLY, toHex(to.mac) + asked),
    frame(BROADCAST, REPLY, toHex(BROADCAST) + addressInHex(ip)),
  ];
  const shown = await run("ip", "-n", guest, "-o", "link", "show", "wlan0");
  const [index = ""] = /^\d+/.exec(shown) ?? [];
  await run("ip", "netns", "exec", guest, "perl", "-e", SEND, index, ...frames);
}

const toHex = (mac: string): string => mac.replaceAll(/[:-]/g, "").toLowerCase();
