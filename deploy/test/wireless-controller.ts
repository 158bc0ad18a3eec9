import { createSocket } from "node:dgram";
import { once } from "node:events";
import { openRadiusLink } from "@foyer/gateway";
import {
  attribute,
  codes,
  decodePacket,
  encodeReply,
  findValue,
  isAuthenticatorRight,
  prepareSecret,
  statusTypes,
} from "@foyer/radius";
import { onTestFinished } from "vitest";

const HOST = "127.0.0.1";
const AUDIT_SESSION_ID = "0A0A0A0A0000000B5C2A1D3E";
/** RFC 2865 §5.6: Call-Check. */
const CALL_CHECK = 10;

/** How far a device is let: to the portal at this address, or everywhere. */
export type Access = { kind: "captive"; url: string } | { kind: "online"; seconds: number | null };

export type WirelessController = {
  disconnectPort: number;
  /** The orders that came, by their first Cisco-AVPair. */
  orders: string[];
  /** A device joins: the controller asks about it (MAB), and begins to account for it. */
  join: (device: { mac: string; ip: string }) => Promise<Access | null>;
  /** How far the device that joined last is let just now. */
  access: () => Access | null;
};

/**
 * A Cisco WLC with central web authentication, as far as RADIUS sees it: asks about devices by MAB,
 * leads those away whom RADIUS leads away, and asks again when it is told to (CoA reauthenticate).
 */
export async function openWirelessController(
  secret: string,
): Promise<
  WirelessController & { connect: (ports: { authPort: number; acctPort: number }) => Promise<void> }
> {
  const key = prepareSecret(secret);
  const orders: string[] = [];
  let link: Awaited<ReturnType<typeof openRadiusLink>> | null = null;
  let device: { mac: string; ip: string } | null = null;
  let access: Access | null = null;
  const ask = async (): Promise<Access | null> => {
    if (!link || !device) throw new Error("nothing has joined yet");
    const bare = device.mac.replaceAll("-", "").toLowerCase();
    const station = [
      attribute("User-Name", bare),
      attribute("Calling-Station-Id", device.mac.toLowerCase()),
      attribute("Cisco-AVPair", `audit-session-id=${AUDIT_SESSION_ID}`),
    ];
    const serviceType = attribute("Service-Type", CALL_CHECK);
    const answer = await link.askAccess([...station, serviceType], Buffer.from(bare));
    if (answer?.code !== codes.accessAccept) return null;
    const led = /^url-redirect=(.+)$/.exec(findValue(answer, "Cisco-AVPair") ?? "")?.[1];
    const seconds = findValue(answer, "Session-Timeout");
    const before = access;
    access = led === undefined ? { kind: "online", seconds } : { kind: "captive", url: led };
    const className = findValue(answer, "Class");
    await link.sendAccounting([
      // One stay, one session: what follows a new authorisation is an interim record.
      attribute("Acct-Status-Type", before ? statusTypes.interim : statusTypes.start),
      ...[attribute("Acct-Session-Id", "stay-1"), ...station],
      attribute("Framed-IP-Address", device.ip),
      ...(className ? [attribute("Class", className)] : []),
    ]);
    return access;
  };
  const socket = createSocket("udp4");
  socket.on("message", (bytes, remote) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed" || !isAuthenticatorRight(decoded.packet, null, key)) return;
    const { packet } = decoded;
    orders.push(findValue(packet, "Cisco-AVPair") ?? "");
    const reply = encodeReply({ code: codes.coaAck, attributes: [], isSigned: false }, packet, key);
    socket.send(reply, remote.port, remote.address);
    void ask();
  });
  socket.bind(0, HOST);
  await once(socket, "listening");
  onTestFinished(() => {
    link?.close();
    socket.close();
  });
  return {
    disconnectPort: socket.address().port,
    orders,
    connect: async (ports) => {
      link = await openRadiusLink({ host: HOST, ...ports, secret });
    },
    join: (joined) => {
      device = joined;
      access = null;
      return ask();
    },
    access: () => access,
  };
}
