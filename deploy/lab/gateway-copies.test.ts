import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { listUnsent } from "@foyer/branch-store";
import { findDoubts } from "@foyer/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNewestCode } from "./box.ts";
import { type GatewayBox, startGatewayBox } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { openMiniBrowser, signIn } from "./lab.ts";
import { startNames } from "./names.ts";
import { findWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, run, start, waitFor } from "./processes.ts";

const whyNot = await findWhyNot();
if (whyNot && process.env.FOYER_REQUIRE_PEERS === "1")
  throw new Error(`The gateway's lab is required, and cannot run: ${whyNot}`);
if (whyNot) console.warn(`The gateway's lab is skipped: ${whyNot}`);

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const PAGE = "the page of somebody else";

let network: GatewayNetwork;
let box: GatewayBox;
let names: Running;
let internet: Server;
let phone: Phone;
let copy: Phone;
let asking: Running | null = null;

beforeAll(async () => {
  if (whyNot) return;
  network = await openGatewayNetwork(MACS);
  internet = createServer((_, response) => response.end(PAGE)).listen(80, network.internetIp);
  await once(internet, "listening");
  names = startNames(network);
  box = await startGatewayBox(network);
  phone = makePhone(network);
  copy = makePhone(network.other);
  await phone.join();
}, 120_000);

afterAll(async () => {
  await asking?.stop();
  await phone?.close();
  await copy?.close();
  await box?.close();
  await names?.stop();
  internet?.closeAllConnections();
  internet?.close();
  await network?.close();
});

const isOnline = async (whose: Phone) => {
  const answer = await whose.fetch(`http://${network.internetIp}/`, "--max-time", "2");
  return answer?.body === PAGE;
};
const listCauses = () =>
  box.store
    .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1000 }))
    .filter(({ type }) => type === "session.ended")
    .map(({ payload }) => (payload as { cause: string }).cause);

/** Whoever has copied the MAC asks for an address with an id of their own system's. */
async function joinAsCopy(): Promise<void> {
  const { guest, folder } = network.other;
  const ip = (...words: string[]) => run("ip", "-n", guest, ...words);
  await ip("link", "set", "wlan0", "down");
  await ip("link", "set", "wlan0", "address", MACS[0].replaceAll("-", ":").toLowerCase());
  await ip("link", "set", "wlan0", "up");
  const own = join(folder, "copy.conf");
  writeFileSync(own, 'send dhcp-client-identifier "another-system";\n');
  const files = ["-cf", own, "-lf", join(folder, "copy.leases"), "-pf", join(folder, "copy.pid")];
  const words = ["-4", "-d", "-sf", "/bin/true", ...files, "wlan0"];
  asking = start("ip", "netns", "exec", guest, "dhclient", ...words);
}

describe.skipIf(whyNot)("a copy of the MAC of a guest who is in", () => {
  it("that asks for an address in its own way puts both out, once, and IT is told", async () => {
    const page = await openMiniBrowser({ phone });
    await signIn({ box: { readCode: () => readNewestCode(box.outsideOrigin) } }, page);
    expect(await isOnline(phone)).toBe(true);
    await joinAsCopy();
    await waitFor("the session's end", () => listCauses().length > 0);
    expect(listCauses()).toEqual(["NAS-Request"]);
    expect(await isOnline(phone)).toBe(false);
    expect(findDoubts(box.store.folder)).toMatchObject({ times: 1 });
    const said = box
      .output()
      .split("\n")
      .filter((line) => line.includes("two devices"));
    expect(said).toHaveLength(1);
    expect(said.join()).not.toMatch(/02[-:]AA[-:]BB/i);
  }, 120_000);

  it("has that MAC let nobody in by itself for as long as it has an address", async () => {
    // A device that is known would be in by now.
    expect(await isOnline(phone)).toBe(false);
    await asking?.stop();
    await run("ip", "-n", network.other.guest, "link", "set", "wlan0", "down");
    expect(await isOnline(phone)).toBe(false);
  }, 60_000);
});
