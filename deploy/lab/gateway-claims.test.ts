import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimAddress } from "./claim-address.ts";
import { type GatewayBox, startGatewayBox } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { run, tryRun, waitFor } from "./processes.ts";

const whyNot = tellWhyNot("The gateway's lab", await findWhyNot());

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
/** Linux takes no other answer for a second after one (arp(7), locktime). */
const CLAIMS = 12;
const BETWEEN_MS = 200;

let network: GatewayNetwork;
let box: GatewayBox;
let phones: readonly [Phone, Phone];
let ip: string;

beforeAll(async () => {
  if (whyNot) return;
  network = await openGatewayNetwork(MACS);
  box = await startGatewayBox(network);
  phones = [makePhone(network), makePhone(network.other)];
  ip = await phones[0].join();
  await phones[1].join();
}, 120_000);

afterAll(async () => {
  for (const phone of phones ?? []) await phone.close();
  await box?.close();
  await network?.close();
});

/** Which device a namespace sends to for an address; empty: it knows none. */
async function findNeighbour(namespace: string, address: string, device: string): Promise<string> {
  const shown = await run("ip", "-n", namespace, "neigh", "show", address, "dev", device);
  return /lladdr (\S+)/.exec(shown)?.[1] ?? "";
}
const inColons = (mac: string) => mac.replaceAll("-", ":").toLowerCase();
const seenByBox = () => findNeighbour(network.nas, ip, "guests");
/** Whether the box's answers come to the first guest: what they ask of the web leads to the portal. */
const reaches = async () => {
  const answer = await phones[0].fetch(`http://${network.internetIp}/`, "--max-time", "2");
  return answer?.status === 302;
};
const inBox = (...words: string[]) => run("ip", "netns", "exec", network.nas, ...words);

async function findBoxMac(): Promise<string> {
  const shown = await run("ip", "-n", network.nas, "-o", "link", "show", "guests");
  return /link\/ether (\S+)/.exec(shown)?.[1] ?? "";
}

/** The second guest says it again and again. */
async function claim(address: string): Promise<void> {
  const to = { ip: network.gatewayIp, mac: await findBoxMac() };
  for (let said = 0; said < CLAIMS; said += 1) {
    await claimAddress(network.other, { ip: address, to });
    await pause(BETWEEN_MS);
  }
}

describe.skipIf(whyNot)("a guest who says by ARP that another's address is theirs", () => {
  it("is not believed by the box, which sends to the device that it gave the address", async () => {
    await waitFor("the guest", reaches);
    await claim(ip);
    expect(await seenByBox()).toBe(inColons(MACS[0]));
    expect(await reaches()).toBe(true);
  }, 60_000);

  it("takes the gateway's from nobody: neither the other guest nor the box sends elsewhere", async () => {
    const boxMac = await findBoxMac();
    expect(await reaches()).toBe(true);
    await claim(network.gatewayIp);
    expect(await findNeighbour(network.guest, network.gatewayIp, "wlan0")).toBe(boxMac);
    expect(await findNeighbour(network.nas, network.gatewayIp, "guests")).toBe("");
    expect(await reaches()).toBe(true);
  }, 60_000);

  it("would be believed without the rules for ARP, which are laid down anew with the others", async () => {
    await inBox("nft", "delete", "table", "arp", "foyer_gateway");
    await claim(ip);
    expect(await seenByBox()).toBe(inColons(MACS[1]));
    await inBox("nft", "flush", "ruleset");
    const listed = () => tryRun("ip", ["netns", "exec", network.nas, "nft", "list", "tables"]);
    await waitFor("the rules", async () =>
      (await listed()).stdout.includes("table arp foyer_gateway"),
    );
    await run("ip", "-n", network.nas, "neigh", "flush", "dev", "guests");
    await waitFor("the guest", reaches);
    await claim(ip);
    expect(await seenByBox()).toBe(inColons(MACS[0]));
  }, 120_000);
});
