import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { listUnsent } from "@foyer/branch-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNewestCode } from "./box.ts";
import { addressInHex, type Forged, forgeDhcp, messages, options } from "./forge-dhcp.ts";
import { filterFolders, type GatewayBox, startGatewayBox } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { openMiniBrowser, signIn } from "./lab.ts";
import { askName, startNames } from "./names.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, run, start, waitFor } from "./processes.ts";

const whyNot = tellWhyNot("The gateway's lab", await findWhyNot());

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const TIMES = 5;
/** Twice as long as the gateway takes to see that a lease has changed. */
const SEEN_MS = 1000;
const PAGE = "the page of somebody else";
/** What the guest's device calls itself. */
const NAME = "lans-telephone";

let network: GatewayNetwork;
let box: GatewayBox;
let names: Running;
let internet: Server;
let phone: Phone;
let ip: string;

beforeAll(async () => {
  if (whyNot) return;
  network = await openGatewayNetwork(MACS);
  internet = createServer((_, response) => response.end(PAGE)).listen(80, network.internetIp);
  await once(internet, "listening");
  names = startNames(network);
  box = await startGatewayBox(network);
  const said = ["send dhcp-client-identifier = hardware;", `send host-name "${NAME}";`];
  phone = makePhone(network, `${said.join("\n")}\n`);
  ip = await phone.join();
  const page = await openMiniBrowser({ phone });
  await signIn({ box: { readCode: () => readNewestCode(box.outsideOrigin) } }, page);
}, 120_000);

afterAll(async () => {
  await phone?.close();
  await box?.close();
  await names?.stop();
  internet?.closeAllConnections();
  internet?.close();
  await network?.close();
});

const inColons = (mac: string) => mac.replaceAll("-", ":").toLowerCase();
const reachesWeb = async () => {
  const answer = await phone.fetch(`http://${network.internetIp}/`, "--max-time", "2");
  return answer?.body === PAGE;
};
const listEnds = () =>
  box.store
    .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1000 }))
    .filter(({ type }) => type === "session.ended");
const leaseFile = () => join(filterFolders(network).state, "leases");
/** What dnsmasq has given out: to whom, and which address. */
const listLeases = () =>
  readFileSync(leaseFile(), "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([until = ""]) => /^\d+$/.test(until))
    .map(([, mac, address]) => ({ mac, address }));
/** Which addresses it has given out under a MAC. */
const listAddresses = (mac: string) =>
  listLeases()
    .filter((lease) => lease.mac === inColons(mac))
    .map(({ address }) => address);

/** An address that nobody has. */
const elsewhere = (host = 77) => `${ip.slice(0, ip.lastIndexOf("."))}.${host}`;

async function isUntouched(): Promise<void> {
  await pause(SEEN_MS);
  expect(listAddresses(MACS[0])).toEqual([ip]);
  expect(await reachesWeb()).toBe(true);
  expect(listEnds()).toEqual([]);
}

const toBox = () => [options.server, addressInHex(network.gatewayIp)] as const;
/** Asks for an address, as a device does that had it before (RFC 2131 §4.3.2, INIT-REBOOT). */
const ask = (chaddr: string, address: string): Forged => ({
  chaddr,
  options: [
    [options.message, messages.request],
    [options.requestedAddress, addressInHex(address)],
  ],
});
/** Takes an offer of an address that is another than the device has. */
const move = (chaddr: string, address: string): Forged => {
  const { options: said } = ask(chaddr, address);
  return { chaddr, options: [...said, toBox()] };
};
const giveBack = (chaddr: string, ciaddr: string): Forged => ({
  ...{ chaddr, ciaddr },
  options: [[options.message, messages.release], toBox()],
});

async function wearMac(mac: string): Promise<void> {
  const link = (...words: string[]) =>
    run("ip", "-n", network.other.guest, "link", "set", "wlan0", ...words);
  await link("down");
  await link("address", inColons(mac));
  await link("up");
}

/** Asks for an address as a system does that tells its own name for the device; answers which it was given. */
async function askAs(clientId: string): Promise<string> {
  const { guest, folder } = network.other;
  const [own, leases] = [join(folder, `${clientId}.conf`), join(folder, `${clientId}.leases`)];
  writeFileSync(own, `send dhcp-client-identifier "${clientId}";\n`);
  writeFileSync(leases, "");
  const files = ["-cf", own, "-lf", leases, "-pf", join(folder, "copy.pid")];
  const words = ["-4", "-d", "-sf", "/bin/true", ...files, "wlan0"];
  const asking: Running = start("ip", "netns", "exec", guest, "dhclient", ...words);
  try {
    return await waitFor(
      "an address",
      () => /fixed-address ([\d.]+);/.exec(readFileSync(leases, "utf8"))?.[1],
    );
  } finally {
    await asking.stop();
  }
}

describe.skipIf(whyNot)("what a device says of itself by DHCP", () => {
  it("is told to nobody who asks by its name or its address, and is not kept", async () => {
    const reversed = `${ip.split(".").reverse().join(".")}.in-addr.arpa`;
    const { guest, gatewayIp } = network;
    expect(await askName(guest, gatewayIp, ["internet.example", "A"])).toEqual([
      network.internetIp,
    ]);
    expect(await askName(guest, gatewayIp, [NAME, "A"])).toEqual([]);
    expect(await askName(guest, gatewayIp, [reversed, "PTR"])).toEqual([]);
    expect(readFileSync(leaseFile(), "utf8")).not.toContain(NAME);
  }, 30_000);

  it("stands in no log, where dnsmasq has to refuse what it asks for", async () => {
    await wearMac(MACS[1]);
    await forgeDhcp(network.other, ask(MACS[1], "192.0.2.9"));
    await waitFor("the refusal", () => box.output().includes("DHCPNAK"));
    const said = box.output().toLowerCase();
    for (const mac of MACS)
      for (const form of [inColons(mac), mac.toLowerCase()]) expect(said).not.toContain(form);
    expect(said).not.toContain("192.0.2.9");
  }, 30_000);
});

describe.skipIf(whyNot)("DHCP in the name of another device", () => {
  it("is not heard: a guest who is in is neither moved nor put out, whatever is asked for them", async () => {
    await wearMac(MACS[1]);
    const [asked, moved] = [ask(MACS[0], elsewhere()), move(MACS[0], elsewhere())];
    for (const each of [asked, moved, giveBack(MACS[0], ip)]) {
      await forgeDhcp(network.other, each);
      await isUntouched();
    }
  }, 60_000);

  it("gives out nothing: not under addresses of a device's making, nor over another kind of network", async () => {
    const made = Array.from({ length: TIMES }, (_, each) => `02-EE-00-00-00-0${each}`);
    await forgeDhcp(network.other, ...made.map((mac, each) => ask(mac, elsewhere(100 + each))));
    // IEEE 802 in place of Ethernet, and an address that is said to be shorter: the sender's own otherwise.
    const kinds = ["01060600", "01010500", "01011000"];
    await forgeDhcp(
      network.other,
      ...kinds.map((head, each) => ({ ...ask(MACS[1], elsewhere(120 + each)), head })),
    );
    await pause(SEEN_MS);
    expect(listLeases()).toEqual([{ mac: inColons(MACS[0]), address: ip }]);
  }, 60_000);

  it("is heard of one device some twenty times, and then twice a second", async () => {
    const own = elsewhere(130);
    await forgeDhcp(network.other, ask(MACS[1], own));
    await waitFor("the lease", () => listAddresses(MACS[1]).length > 0);
    const often = Array.from({ length: 40 }, () => ask(MACS[1], own));
    await forgeDhcp(network.other, ...often, giveBack(MACS[1], own));
    await pause(SEEN_MS);
    expect(listAddresses(MACS[1])).toEqual([own]);
    await isUntouched();
  }, 60_000);
});

describe.skipIf(whyNot)("a device that has copied a guest's MAC address as its own", () => {
  const comeBack = async () => {
    await phone.leave();
    await phone.join();
    await waitFor("the guest", reachesWeb);
  };

  it("asks in its own way, and is given the same address: the guest stays in", async () => {
    await wearMac(MACS[0]);
    for (let asked = 0; asked < TIMES; asked += 1) {
      expect(await askAs(`another-system-${asked}`)).toBe(ip);
      await isUntouched();
    }
  }, 120_000);

  it("moves them by one packet, for DHCP proves nothing: not heard until they ask anew, and in as before", async () => {
    await forgeDhcp(network.other, move(MACS[0], elsewhere()));
    await pause(SEEN_MS);
    expect(await reachesWeb()).toBe(false);
    await comeBack();
    expect(listAddresses(MACS[0])).toEqual([elsewhere()]);
    expect(listEnds()).toEqual([]);
  }, 60_000);

  it("gives their address back: the session is over, and they are in by their device when they ask anew", async () => {
    await forgeDhcp(network.other, giveBack(MACS[0], elsewhere()));
    await waitFor("the session's end", () => listEnds().length > 0);
    expect(listEnds()).toMatchObject([{ payload: { cause: "Lost-Carrier" } }]);
    expect(await reachesWeb()).toBe(false);
    await comeBack();
  }, 60_000);
});
