import { createSocket } from "node:dgram";
import { listOpenSessions, startSession } from "@foyer/branch-store";
import type { RadiusVendor, VendorNas } from "@foyer/contract";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { MAC, NAS_ID, SECRET, startTestBox } from "../../test/box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { startFreeradiusNas } from "../../test/freeradius.ts";
import { describeWithPeer } from "../../test/peers.ts";
import { isAuthenticatorRight, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket, type Packet } from "../protocol/packet.ts";
import { attribute, findValue, hasAttribute } from "../protocol/values.ts";
import { createDisconnectClient } from "./client.ts";
import { addressOf, changeLimits, createDisconnect, type Target } from "./order.ts";
import { createOrderLines } from "./order-lines.ts";

const key = prepareSecret(SECRET);
const IP = "10.1.0.7";
const NONE = {
  ...{ sessionSeconds: null, idleSeconds: null, uploadKbps: null, downloadKbps: null },
  sessionBytes: null,
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};

type Online = { userName?: string | null; ip?: string | null; nasAddress?: string };

/** A session that goes on, at a NAS that is set so. */
const targetAt = async (
  change: Partial<VendorNas>,
  { userName = "t-1", ip = IP, nasAddress = "127.0.0.1" }: Online = {},
): Promise<Target> => {
  const box = await startTestBox();
  box.store.transaction((tx) =>
    startSession(tx, {
      ...{ nasId: NAS_ID, mac: MAC, at: tx.now, nasAddress, acctSessionId: "s-1" },
      ...{ ...(userName !== null && { userName }), ...(ip !== null && { ip }) },
    }),
  );
  const [session] = box.store.read(listOpenSessions);
  if (!session) throw new Error("no session was opened");
  const nas: VendorNas = {
    ...{ kind: "radius", vendor: "plain", id: NAS_ID, name: "AP", source: "127.0.0.1" },
    ...{ radiusSecret: SECRET, nasIdentifier: "branch-001" },
    ...change,
  };
  return { session, mac: MAC, known: { nas, key }, at: new Date("2026-03-01T02:00:00Z") };
};

const openClient = () => {
  const client = createDisconnectClient(createOrderLines());
  onTestFinished(() => client.close());
  return { client, waitSeconds: [0.3] };
};

const disconnect = (target: Target) => createDisconnect(openClient())(target);

const readRequest = (bytes: Buffer | undefined): Packet => {
  const decoded = decodePacket(bytes as Buffer);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  expect(isAuthenticatorRight(decoded.packet, null, key)).toBe(true);
  return decoded.packet;
};

const NAMES = [
  ...(["User-Name", "Calling-Station-Id", "Acct-Session-Id", "Framed-IP-Address"] as const),
];
const namesIn = (packet: Packet) => NAMES.filter((name) => hasAttribute(packet, name));
const acknowledge: Answer = (request) => replyTo(request, codes.disconnectAck);

/** The names in the order that a NAS of this vendor got. */
const orderNames = async (change: Partial<VendorNas>, online?: Online) => {
  const nas = await listenForDisconnects(acknowledge);
  const target = await targetAt({ disconnectPort: nas.portNumber, ...change }, online);
  expect(await disconnect(target)).toBe("acknowledged");
  const packet = readRequest(nas.got[0]);
  expect(packet.code).toBe(codes.disconnectRequest);
  expect(findValue(packet, "NAS-Identifier")).toBe("branch-001");
  expect(hasAttribute(packet, "Event-Timestamp")).toBe(true);
  return { packet, names: namesIn(packet) };
};

describe("RFC 5176 §3: what names a session to its NAS", () => {
  const usual = ["User-Name", "Calling-Station-Id", "Acct-Session-Id"];

  test.each<[RadiusVendor, string[]]>([
    ["plain", usual],
    ["chillispot", usual],
    ["airespace", usual],
    ["cambium", usual],
    ["meraki", usual],
    ["mikrotik", ["User-Name", "Framed-IP-Address"]],
    ["fortinet", ["User-Name", "Framed-IP-Address"]],
    ["cisco", ["Acct-Session-Id"]],
    ["aruba", ["User-Name", "Acct-Session-Id"]],
    ["ruckus", ["User-Name"]],
  ])("%s goes by %j", async (vendor, names) => {
    expect((await orderNames({ vendor })).names).toEqual(names);
  });

  test("a NAS that is set otherwise is told what it is set to, in its own spelling", async () => {
    const sessionNames: VendorNas["sessionNames"] = ["Calling-Station-Id", "Framed-IP-Address"];
    const set = { vendor: "aruba", sessionNames, macForm: "aabbccddeeff" } as const;
    const { packet, names } = await orderNames(set);
    expect(names).toEqual(["Calling-Station-Id", "Framed-IP-Address"]);
    expect(findValue(packet, "Calling-Station-Id")).toBe("ac005e005301");
    expect(findValue(packet, "Framed-IP-Address")).toBe(IP);
  });

  test("what is not known of it is left out", async () => {
    const mikrotik = { vendor: "mikrotik" } as const;
    expect((await orderNames(mikrotik, { ip: null })).names).toEqual(["User-Name"]);
    expect((await orderNames(mikrotik, { ip: "2001:db8::7" })).names).toEqual(["User-Name"]);
  });

  test("where nothing else is left it is the session's id, which each has", async () => {
    const nameless = { userName: null, ip: null };
    for (const vendor of ["ruckus", "mikrotik"] as const)
      expect((await orderNames({ vendor }, nameless)).names).toEqual(["Acct-Session-Id"]);
  });
});

describe("where a NAS listens for orders", () => {
  test.each(["pfsense", "opnsense", "tp-link"] as const)(
    "%s is not known to, so none is sent unless a port is set",
    async (vendor) => {
      const target = await targetAt({ vendor });
      expect(addressOf(target)).toBeNull();
      expect(await disconnect(target)).toBe("not-offered");
      expect((await orderNames({ vendor })).names).not.toEqual([]);
    },
  );

  test.each([
    ["plain", 3799],
    ["cisco", 1700],
  ] as const)(
    "without a port %s is asked at the usual one, %i; with null nowhere",
    async (vendor, portNumber) => {
      // An address that no other test listens on.
      const nasAddress = "127.0.53.76";
      const nas = await listenForDisconnects(acknowledge, { address: nasAddress, portNumber });
      const order = createDisconnect(openClient());
      const online = { nasAddress };
      expect(await order(await targetAt({ vendor }, online))).toBe("acknowledged");
      const closed = await targetAt({ vendor, disconnectPort: null }, online);
      expect(await order(closed)).toBe("not-offered");
      expect(nas.got).toHaveLength(1);
    },
  );
});

test("any octets that come as an answer are passed over, and the right one is still taken", async () => {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  const noise = fc.sample(fc.uint8Array({ maxLength: 80 }), 200);
  socket.on("message", (bytes, { port, address }) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    for (const octets of noise) {
      const spoilt = Buffer.from(octets);
      if (spoilt.length > 1) spoilt.set([codes.disconnectAck, decoded.packet.identifier]);
      socket.send(spoilt, port, address);
    }
    socket.send(replyTo(decoded.packet, codes.disconnectNak), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const target = await targetAt({ disconnectPort: socket.address().port });
  const { client } = openClient();
  const order = createDisconnect({ client, waitSeconds: [5] });
  expect(await order(target)).toBe("refused without a cause");
});

describe("RFC 5176 §2.2: CoA-Request", () => {
  const change = async (
    answer: Answer,
    nasChange: Partial<VendorNas>,
    limits: Partial<typeof NONE | Record<keyof typeof NONE, number>>,
  ) => {
    const nas = await listenForDisconnects(answer);
    const target = await targetAt({ disconnectPort: nas.portNumber, ...nasChange });
    const told = await changeLimits(openClient(), { ...target, limits: { ...NONE, ...limits } });
    return { ...told, got: nas.got };
  };
  const ack: Answer = (request) => replyTo(request, codes.coaAck);

  test("CoovaChilli is told a new Session-Timeout, beside what names the session", async () => {
    const { got, ...told } = await change(ack, { vendor: "chillispot" }, { sessionSeconds: 120 });
    expect(told).toEqual({ outcome: "acknowledged", untold: [] });
    const packet = readRequest(got[0]);
    expect(packet.code).toBe(codes.coaRequest);
    expect(findValue(packet, "Session-Timeout")).toBe(120);
    expect(findValue(packet, "User-Name")).toBe("t-1");
    expect(findValue(packet, "Acct-Session-Id")).toBe("s-1");
    expect(hasAttribute(packet, "Acct-Interim-Interval")).toBe(false);
  });

  test("MikroTik is told rates as well", async () => {
    const limits = { sessionSeconds: 120, uploadKbps: 512, downloadKbps: 2048 };
    const { got, outcome } = await change(ack, { vendor: "mikrotik" }, limits);
    expect(outcome).toBe("acknowledged");
    const packet = readRequest(got[0]);
    expect(findValue(packet, "Mikrotik-Rate-Limit")).toBe("512k/2048k");
    expect(findValue(packet, "Session-Timeout")).toBe(120);
    expect(namesIn(packet)).toEqual(["User-Name", "Framed-IP-Address"]);
  });

  test("a limit that the NAS does not change then is named, and the others are told", async () => {
    const limits = { sessionSeconds: 120, sessionBytes: 1000 };
    const { got, ...told } = await change(ack, { vendor: "mikrotik" }, limits);
    expect(told).toEqual({ outcome: "acknowledged", untold: ["sessionBytes"] });
    expect(hasAttribute(readRequest(got[0]), "Mikrotik-Total-Limit")).toBe(false);
  });

  test("where nothing can be changed, nothing is sent", async () => {
    const { got, ...told } = await change(ack, { vendor: "plain" }, { sessionSeconds: 120 });
    expect(told).toEqual({ outcome: "not-offered", untold: ["sessionSeconds"] });
    expect(got).toEqual([]);
    const none = await change(ack, { vendor: "chillispot" }, {});
    expect(none).toEqual({ outcome: "not-offered", untold: [], got: [] });
  });

  test("§3.5: a NAK is kept with its Error-Cause; silence is told as such", async () => {
    const set = { vendor: "chillispot" } as const;
    const nak: Answer = (request) =>
      replyTo(request, codes.coaNak, [attribute("Error-Cause", 503)]);
    const limits = { sessionSeconds: 120 };
    expect((await change(nak, set, limits)).outcome).toBe("refused 503");
    expect((await change(() => null, set, limits)).outcome).toBe("timed-out");
  });

  test.each([
    ["Disconnect-ACK", codes.disconnectAck],
    ["Disconnect-NAK", codes.disconnectNak],
  ])("a %s is no answer to it, nor a CoA-ACK one to a Disconnect-Request", async (_, code) => {
    const wrong: Answer = (request) => replyTo(request, code);
    const set = { vendor: "chillispot" } as const;
    expect((await change(wrong, set, { sessionSeconds: 120 })).outcome).toBe("timed-out");
    const nas = await listenForDisconnects(ack);
    expect(await disconnect(await targetAt({ disconnectPort: nas.portNumber }))).toBe("timed-out");
  });
});

describeWithPeer("freeradius", "FreeRADIUS in the place of the NAS", () => {
  test("takes a CoA-Request, and what is changed in it", async () => {
    const disconnectPort = await startFreeradiusNas(
      SECRET,
      '&Session-Timeout == 120 && &User-Name == "t-1" && &Acct-Session-Id == "s-1"',
    );
    const target = await targetAt({ vendor: "chillispot", disconnectPort });
    const limits = { ...NONE, sessionSeconds: 120 };
    const told = await changeLimits(openClient(), { ...target, limits });
    expect(told.outcome).toBe("acknowledged");
  });
});
