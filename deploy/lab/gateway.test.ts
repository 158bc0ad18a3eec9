import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  BOX_CERTIFICATE_FILE,
  findDeviceByMac,
  listOpenSessions,
  listUnsent,
  saveCommands,
} from "@foyer/branch-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNewestCode } from "./box.ts";
import { makeCertificate, PORTAL_NAME } from "./certificate.ts";
import { type GatewayBox, gatewayNas, PORTAL_TLS_PORT, startGatewayBox } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { openMiniBrowser, PROBE, signIn } from "./lab.ts";
import { askName, startNames } from "./names.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, run, start, tryRun, waitFor } from "./processes.ts";

const whyNot = tellWhyNot("The gateway's lab", await findWhyNot());

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const PAGE = "the page of somebody else";
const DOWNLOAD_BYTES = 4_000_000;
const UPLOAD_BYTES = 2_000_000;

/** What lies behind the uplink: the shop's own network, its name server, and the internet. */
type Outside = { names: Running; servers: Server[]; strangers: Socket; heard: () => number };

let network: GatewayNetwork;
let box: GatewayBox;
let outside: Outside;
let phones: readonly [Phone, Phone];

/** What a guest downloads until they are cut off. */
async function* endless() {
  for (;;) yield Buffer.alloc(64 * 1024);
}

async function openOutside(): Promise<Outside> {
  const addresses = [network.portalIp, network.internetIp];
  const servers = addresses.map((address) =>
    createServer((request, response) => {
      request.resume();
      request.on("end", () =>
        request.url === "/endless"
          ? pipeline(Readable.from(endless()), response).catch(() => {})
          : response.end(request.url === "/big" ? Buffer.alloc(DOWNLOAD_BYTES) : PAGE),
      );
    }).listen(80, address),
  );
  for (const server of servers) if (!server.listening) await once(server, "listening");
  let packets = 0;
  const strangers = createSocket("udp4", () => {
    packets += 1;
  });
  strangers.bind(53, network.internetIp);
  await once(strangers, "listening");
  return { names: startNames(network), servers, strangers, heard: () => packets };
}

beforeAll(async () => {
  if (whyNot) return;
  network = await openGatewayNetwork(MACS);
  outside = await openOutside();
  box = await startGatewayBox(network);
  phones = [makePhone(network), makePhone(network.other)];
}, 120_000);

afterAll(async () => {
  for (const phone of phones ?? []) await phone.close();
  await box?.close();
  await outside?.names.stop();
  for (const server of outside?.servers ?? []) {
    server.closeAllConnections();
    server.close();
  }
  outside?.strangers.close();
  await network?.close();
});

const first = () => phones[0];
const second = () => phones[1];
const internet = () => `http://${network.internetIp}/`;
/** What is not let through is refused at once, or not heard at all. */
const look = (phone: Phone, url: string, ...options: string[]) =>
  phone.fetch(url, "--max-time", "2", ...options);
const isOnline = async (phone: Phone) => (await look(phone, internet()))?.body === PAGE;
const awaitOnline = (phone: Phone, wanted: boolean) =>
  waitFor(`a guest ${wanted ? "online" : "out"}`, async () => (await isOnline(phone)) === wanted);
const listSessions = () => box.store.read(listOpenSessions);
const sessionOf = (mac: string) => {
  const device = box.store.read((tx) => findDeviceByMac(tx, mac));
  return listSessions().find(({ deviceId }) => deviceId === device?.id);
};
const listEvents = (type: string) =>
  box.store
    .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1000 }))
    .filter((event) => event.type === type);

describe.skipIf(whyNot)("the box as its own access controller", () => {
  it("gives guests addresses, and leads whatever they ask of the web to the portal", async () => {
    for (const phone of phones) {
      expect((await phone.join()).startsWith(`${network.guestNetwork}.`)).toBe(true);
      const answer = await phone.fetch(PROBE);
      expect(answer?.status).toBe(302);
      expect(answer?.location?.startsWith(`${box.portalOrigin}/?gateway=`)).toBe(true);
      expect(answer?.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("lets nothing out before sign-in: no port, no shop, no other guest, no way around", async () => {
    const till = `http://${network.portalIp}/`;
    const other = start(
      ...(["ip", "netns", "exec", network.other.guest, process.execPath, "-e"] as const),
      `require("node:http").createServer((_, r) => r.end("${PAGE}")).listen(80)`,
    );
    const otherIp = await second().join();
    expect(await look(first(), `http://${network.internetIp}:443/`)).toBeNull();
    expect(await look(first(), till)).toBeNull();
    // Told its very MAC, a device beside is not reached either: the ports of the bridge are apart.
    const mac = MACS[1].replaceAll("-", ":");
    await run(
      ...(["ip", "-n", network.guest, "neigh", "replace", otherIp, "lladdr", mac] as const),
      ...["dev", "wlan0"],
    );
    expect(await look(first(), `http://${otherIp}/`)).toBeNull();
    await run("ip", "-n", network.guest, "neigh", "flush", "dev", "wlan0");
    await other.stop();
    // The box's own doors towards the shop: RADIUS's and the portal at its other address.
    expect(await look(first(), `http://${network.nasIp}:8080/`)).toBeNull();
    expect(await look(first(), `http://${network.gatewayIp}:18120/health`)).toBeNull();
  });

  it("answers names itself, whoever was asked, and passes on nothing but addresses", async () => {
    const { guest, internetIp, gatewayIp } = network;
    expect(await askName(guest, internetIp, ["example.org", "A"])).toEqual([internetIp]);
    expect(await askName(guest, gatewayIp, ["tunnel.example", "TXT"])).toEqual([]);
    expect(await askName(guest, internetIp, ["tunnel.example", "TXT"])).toEqual([]);
    expect(outside.heard()).toBe(0);
  });

  it("opens the walled garden's names, and no other name at the same time", async () => {
    const { internetIp, guest, gatewayIp } = network;
    expect(await isOnline(first())).toBe(false);
    expect(await askName(guest, gatewayIp, ["pay.garden.example", "A"])).toEqual([internetIp]);
    await awaitOnline(first(), true);
    expect(await look(first(), `http://${internetIp}:443/`)).toBeNull();
    // For the steps that follow: here one address is every name's.
    const inBox = (...words: string[]) => run("ip", "netns", "exec", network.nas, ...words);
    await inBox("nft", "flush", "set", "inet", "foyer_gateway", "garden");
    await awaitOnline(first(), false);
  });

  it("tells guests of the box's public name, and leads from there to where they sign in, while it has a certificate", async () => {
    const { guest, gatewayIp, folder } = network;
    const { certificateFile, keyFile } = await makeCertificate(network);
    const own = join(box.store.folder, BOX_CERTIFICATE_FILE);
    writeFileSync(own, readFileSync(keyFile, "utf8") + readFileSync(certificateFile, "utf8"));
    const ask = () => askName(guest, gatewayIp, [PORTAL_NAME, "A"]);
    // Names are told by one server and leases by another, each begun anew in its own time.
    const joinAnew = async () => {
      await first().leave();
      await first().join();
      return readFileSync(join(folder, "dhclient.leases"), "utf8").split("lease {").at(-1) ?? "";
    };
    // dhclient's word for option 114.
    const origin = `https://${PORTAL_NAME}:${PORTAL_TLS_PORT}`;
    const told114 = `option default-url "${origin}/captive-portal/api"`;
    await waitFor("a lease with it", async () => (await joinAnew()).includes(told114), 60_000);
    const isTold = async () => (await ask()).includes(gatewayIp as never);
    await waitFor("the public name", isTold);
    const words = ["--cacert", certificateFile];
    const told = async () =>
      (await look(first(), `${origin}/captive-portal/api`, ...words))?.body ?? null;
    const door = `${origin}/captive-portal/door`;
    const said = JSON.stringify({ captive: true, "user-portal-url": door });
    await waitFor("the portal's own look", async () => (await told()) === said, 30_000);
    const onwards = (await look(first(), door, ...words))?.location ?? "";
    const led = await look(first(), onwards);
    expect(led?.location?.startsWith(`${box.portalOrigin}/?gateway=`)).toBe(true);
    rmSync(own);
    const isForgotten = async () => !(await joinAnew()).includes("default-url");
    await waitFor("a lease without it", isForgotten, 60_000);
    await waitFor("no public name", async () => !(await isTold()));
  }, 120_000);

  it("lets in whom the portal signs in, and accounts for them as a NAS does", async () => {
    const page = await openMiniBrowser({ phone: first() });
    await signIn({ box: { readCode: () => readNewestCode(box.outsideOrigin) } }, page);
    expect(await isOnline(first())).toBe(true);
    await waitFor("the session", () => sessionOf(MACS[0]));
    expect(sessionOf(MACS[0])).toMatchObject({ nasId: gatewayNas.id });
    expect(await isOnline(second())).toBe(false);
    expect(await askName(network.guest, network.gatewayIp, ["tunnel.example", "TXT"])).toEqual([
      ["carried"],
    ]);
  }, 120_000);

  it("keeps who is in from the shop's network and from the other guests", async () => {
    expect(await look(first(), `http://${network.portalIp}/`)).toBeNull();
    expect(await look(first(), `http://${network.nasIp}:8080/`)).toBeNull();
    const otherIp = await second().join();
    expect(await look(first(), `http://${otherIp}/`)).toBeNull();
  });

  it("hears nobody under the address of a guest who is in", async () => {
    const { other, guestNetwork } = network;
    const ip = sessionOf(MACS[0])?.ip;
    expect(ip).toMatch(guestNetwork);
    await run("ip", "-n", other.guest, "addr", "add", `${ip}/32`, "dev", "wlan0");
    expect(await look(second(), internet(), "--interface", `${ip}`)).toBeNull();
    await run("ip", "-n", other.guest, "addr", "del", `${ip}/32`, "dev", "wlan0");
  });

  it("holds a guest within a tenth of the rates of the policy, in both directions", async () => {
    const measure = async (...words: string[]) => {
      const said = ["--silent", "--output", "/dev/null", "--max-time", "25", ...words];
      const { stdout } = await tryRun(network.inGuest, ["curl", ...said], 30_000);
      return (Number(stdout) * 8) / 1000;
    };
    const down = await measure("--write-out", "%{speed_download}", `${internet()}big`);
    const file = `${network.folder}/upload`;
    await run("truncate", "--size", String(UPLOAD_BYTES), file);
    const upload = ["--write-out", "%{speed_upload}", "--header", "Expect:", "--data-binary"];
    const up = await measure(...upload, `@${file}`, internet());
    console.info(`rates: ${down.toFixed(0)} kbit/s down of 8000, ${up.toFixed(0)} up of 4000`);
    for (const [measured, policy] of [
      [down, 8000],
      [up, 4000],
    ] as const) {
      expect(measured).toBeGreaterThan(policy * 0.9);
      expect(measured).toBeLessThan(policy * 1.1);
    }
  }, 120_000);

  it("has a guest's packets wait in a queue of their own towards either side: fq_codel's, where the kernel has it", async () => {
    const inBox = (...words: string[]) =>
      tryRun("ip", ["netns", "exec", network.nas, "tc", ...words]);
    const { code } = await inBox("qdisc", "add", "dev", "lo", "root", "fq_codel");
    const host = Number(sessionOf(MACS[0])?.ip?.split(".").at(-1));
    for (const [device, major] of [
      [network.guestInterface, 1],
      [network.uplink, 2],
    ] as const) {
      const { stdout } = await inBox("qdisc", "show", "dev", device);
      const leafOf = (minor: string) =>
        new RegExp(`qdisc (\\S+) \\S+ parent ${major}:${minor} `).exec(stdout)?.[1];
      expect(stdout).toContain(`qdisc htb ${major}: root`);
      expect(leafOf((host + 1).toString(16))).toBe(code === 0 ? "fq_codel" : "pfifo");
      // Whom no rate was set shares one, where the kernel keeps flows apart in it.
      expect(leafOf("1")).toBe(code === 0 ? "fq_codel" : undefined);
    }
  });

  it("has the guest go on after a power cut, in the same session, with all its bytes", async () => {
    const before = sessionOf(MACS[0])?.acctSessionId;
    await box.cutPower();
    expect(await isOnline(first())).toBe(false);
    await box.startAgain();
    await awaitOnline(first(), true);
    expect(await isOnline(second())).toBe(false);
    expect(sessionOf(MACS[0])?.acctSessionId).toBe(before);
    expect(listEvents("session.ended")).toEqual([]);
  }, 120_000);

  it("lays its rules down anew where somebody has taken them away", async () => {
    await run("ip", "netns", "exec", network.nas, "nft", "flush", "ruleset");
    await awaitOnline(second(), false);
    await awaitOnline(first(), true);
  }, 120_000);

  it("cuts a guest off at once at a Disconnect, in the midst of a download", async () => {
    const deviceId = sessionOf(MACS[0])?.deviceId ?? "";
    // The guest's own word for when it was over, which no busy test holds up.
    const endlessly = `curl --silent --output /dev/null ${internet()}endless; echo $? $(date +%s%3N)`;
    const download = tryRun(network.inGuest, ["sh", "-c", endlessly], 50_000);
    const id = "0199f000-0000-7000-8000-0000000000c0";
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    await waitFor("the download", async () => (await countDown()) > 200_000);
    box.store.transaction((tx) =>
      saveCommands(tx, [{ id, position: 1, kind: "guest.disconnect", deviceId, expiresAt }]),
    );
    const [code, at] = (await download).stdout.split(" ").map(Number);
    expect(code).toBeGreaterThan(0);
    await waitFor("the session's end", () => listEvents("session.ended")[0]);
    const ended = listEvents("session.ended")[0];
    // What is not cut off goes on for as long as it may, fifty seconds.
    expect((at ?? 0) - endedAt()).toBeLessThan(15_000);
    expect(ended?.payload).toMatchObject({ cause: "Admin-Reset" });
    const told = (ended?.payload ?? {}) as Record<string, number>;
    expect(told.downloadBytes).toBeGreaterThan(DOWNLOAD_BYTES);
    expect(told.uploadBytes).toBeGreaterThan(UPLOAD_BYTES);
  }, 120_000);

  it("lets a guest who comes back in by their device, without a page", async () => {
    await first().leave();
    await first().join();
    await awaitOnline(first(), true);
    await waitFor("the session", () => sessionOf(MACS[0]));
    expect(await isOnline(second())).toBe(false);
  }, 120_000);
});

/** By the gateway's own log: when it put the guest out. */
function endedAt(): number {
  const line = box
    .output()
    .split("\n")
    .findLast((each) => each.includes('"session ended"'));
  return Number(/"time":(\d+)/.exec(line ?? "")?.[1]);
}

/** What has gone to guests since the rules were laid down. */
async function countDown(): Promise<number> {
  const words = ["nft", "-j", "list", "set", "inet", "foyer_gateway", "online_ips"];
  const { stdout } = await tryRun("ip", ["netns", "exec", network.nas, ...words]);
  return Number(/"bytes": (\d+)/.exec(stdout)?.[1] ?? 0);
}
