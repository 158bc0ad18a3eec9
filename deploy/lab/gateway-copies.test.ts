import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { listUnsent } from "@foyer/branch-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNewestCode } from "./box.ts";
import { addressInHex, forgeDhcp, messages, options } from "./forge-dhcp.ts";
import { filterFolders, type GatewayBox, startGatewayBox } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { openMiniBrowser, signIn } from "./lab.ts";
import { startNames } from "./names.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, run, start, waitFor } from "./processes.ts";

const whyNot = tellWhyNot("The gateway's lab", await findWhyNot());

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const TIMES = 5;
/** Twice as long as the gateway takes to see that a lease has changed. */
const SEEN_MS = 1000;
const PAGE = "the page of somebody else";

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
  phone = makePhone(network, "send dhcp-client-identifier = hardware;\n");
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
/** Which addresses dnsmasq has given out under the phone's MAC. */
const listAddresses = () =>
  readFileSync(join(filterFolders(network).state, "leases"), "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, mac]) => mac === inColons(MACS[0]))
    .map(([, , address]) => address);

/** An address that nobody has. */
const elsewhere = () => `${ip.slice(0, ip.lastIndexOf("."))}.77`;

async function isUntouched(): Promise<void> {
  await pause(SEEN_MS);
  expect(listAddresses()).toEqual([ip]);
  expect(await reachesWeb()).toBe(true);
  expect(listEnds()).toEqual([]);
}

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

describe.skipIf(whyNot)(
  "a guest who is in, whose MAC address somebody else gives as theirs",
  () => {
    it("stays in where DHCP is asked in their name by another device, as often as it likes", async () => {
      await wearMac(MACS[1]);
      for (let asked = 0; asked < TIMES; asked += 1) {
        // INIT-REBOOT (RFC 2131 §4.3.2): one packet is all that it takes to be given an address.
        const said = [
          [options.message, messages.request],
          [options.requestedAddress, addressInHex(elsewhere())],
          [options.clientId, `ff0000000${asked}`],
        ] as const;
        await forgeDhcp(network.other, { chaddr: MACS[0], options: said });
        await isUntouched();
      }
    }, 60_000);

    it("stays in where a copy of it asks in its own way: it is given the same address", async () => {
      await wearMac(MACS[0]);
      for (let asked = 0; asked < TIMES; asked += 1) {
        expect(await askAs(`another-system-${asked}`)).toBe(ip);
        await isUntouched();
      }
    }, 120_000);
  },
);

describe.skipIf(whyNot)("what one packet in a guest's name does, for DHCP proves nothing", () => {
  const toBox = () => [options.server, addressInHex(network.gatewayIp)] as const;
  const comeBack = async () => {
    await phone.leave();
    await phone.join();
    await waitFor("the guest", reachesWeb);
  };

  it("moves them to an address that it asks for: not heard until they ask anew, and in as before", async () => {
    await wearMac(MACS[1]);
    const wanted = [options.requestedAddress, addressInHex(elsewhere())] as const;
    const said = [[options.message, messages.request] as const, toBox(), wanted];
    await forgeDhcp(network.other, { chaddr: MACS[0], options: said });
    await pause(SEEN_MS);
    expect(await reachesWeb()).toBe(false);
    await comeBack();
    expect(listAddresses()).toEqual([elsewhere()]);
    expect(listEnds()).toEqual([]);
  }, 60_000);

  it("gives their address back: the session is over, and they are in by their device when they ask anew", async () => {
    const said = [[options.message, messages.release] as const, toBox()];
    await forgeDhcp(network.other, { chaddr: MACS[0], ciaddr: elsewhere(), options: said });
    await waitFor("the session's end", () => listEnds().length > 0);
    expect(listEnds()).toMatchObject([{ payload: { cause: "Lost-Carrier" } }]);
    expect(await reachesWeb()).toBe(false);
    await comeBack();
  }, 60_000);
});
