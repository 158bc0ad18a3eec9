import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FilterDoor, openFilterDoor } from "./ask-filter.ts";
import { PORTAL_PORT, startFilterAlone } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, run, start, waitFor } from "./processes.ts";

const whyNot = tellWhyNot("The gateway's lab", await findWhyNot());

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
/** gateway/src/filter/ruleset.ts says why. */
const CONNECTIONS_MAX = 2000;
const VISITS_MAX = 100;
/** After which the kernel forgets one that nobody has answered: 30 s, were it left as it is. */
const FORGOTTEN_SECONDS = 10;
/** Those of the other guest, of DHCP, of names and of the pages opened before, beside the many of one. */
const OTHERS = 300;
const PAGE = "the page of somebody else";

let network: GatewayNetwork;
let filter: Running;
let door: FilterDoor;
let portal: Running;
let phones: readonly [Phone, Phone];
let internet: Server;

beforeAll(async () => {
  if (whyNot) return;
  network = await openGatewayNetwork(MACS);
  internet = createServer((_, response) => response.end(PAGE)).listen(80, network.internetIp);
  await once(internet, "listening");
  filter = await startFilterAlone(network, { prefix: 24 });
  door = await waitFor("the filter's socket", () => openFilterDoor(network).catch(() => null));
  const serve = `require("node:http").createServer((_, it) => it.end("${PAGE}")).listen(${PORTAL_PORT})`;
  portal = start("ip", "netns", "exec", network.nas, process.execPath, "-e", serve);
  phones = [makePhone(network), makePhone(network.other)];
  for (const phone of phones) await phone.join();
  for (const mac of MACS)
    await door.ask({ op: "authorise", mac, uploadKbps: null, downloadKbps: null });
}, 120_000);

afterAll(async () => {
  for (const phone of phones ?? []) await phone.close();
  door?.close();
  await portal?.stop();
  await filter?.stop();
  internet?.closeAllConnections();
  internet?.close();
  await network?.close();
});

/** One packet each to so many ports of the internet: for the kernel as many connections. */
const SEND = `use Socket;
my ($to, $many) = @ARGV;
socket(my $socket, AF_INET, SOCK_DGRAM, 17) or die "socket: $!";
for my $port (1 .. $many) {
  send($socket, "there", 0, pack_sockaddr_in(20000 + $port, inet_aton($to)));
}`;

const begin = (many: number) =>
  run("ip", "netns", "exec", network.guest, "perl", "-e", SEND, network.internetIp, `${many}`);
/** So many connections at once that nothing is said on; answers how many were made. */
const VISIT = `const [host, port, many] = process.argv.slice(1);
const made = Array.from({ length: Number(many) }, () => {
  const { promise, resolve } = Promise.withResolvers();
  const socket = require("node:net").connect(Number(port), host);
  socket.once("connect", () => resolve(1)).once("error", () => resolve(0));
  return promise;
});
Promise.all(made).then((all) => {
  console.log(all.reduce((sum, one) => sum + one));
  process.exit();
});`;
const visit = async (many: number) => {
  const words = [process.execPath, "-e", VISIT, network.gatewayIp, `${PORTAL_PORT}`, `${many}`];
  return Number(await run("ip", "netns", "exec", network.guest, ...words));
};

const tracking = (...words: string[]) =>
  run("ip", "netns", "exec", network.nas, "sysctl", ...words);
const countKept = async () => Number(await tracking("-n", "net.netfilter.nf_conntrack_count"));
const reaches = async (phone: Phone) =>
  (await phone.fetch(`http://${network.internetIp}/`, "--max-time", "2"))?.body === PAGE;

describe.skipIf(whyNot)("a guest who opens the box's pages more often than any browser", () => {
  it("has so many connections with it at once, and others theirs", async () => {
    await waitFor("the portal", () => visit(1));
    expect(await visit(VISITS_MAX + 30)).toBe(VISITS_MAX);
    const page = `http://${network.gatewayIp}:${PORTAL_PORT}/`;
    expect((await phones[1].fetch(page))?.body).toBe(PAGE);
    await waitFor("the guest's own", async () => (await phones[0].fetch(page))?.body === PAGE);
  }, 60_000);
});

describe.skipIf(whyNot)("a guest who begins more connections than anybody has use for", () => {
  it("is refused the next of them, and takes none of anybody else's", async () => {
    for (const phone of phones) expect(await reaches(phone)).toBe(true);
    await tracking("-qw", `net.netfilter.nf_conntrack_udp_timeout=${FORGOTTEN_SECONDS}`);
    await begin(CONNECTIONS_MAX + 1000);
    const kept = await countKept();
    expect(kept).toBeGreaterThanOrEqual(CONNECTIONS_MAX);
    expect(kept).toBeLessThan(CONNECTIONS_MAX + OTHERS);
    expect(await reaches(phones[1])).toBe(true);
    expect(await reaches(phones[0])).toBe(false);
  }, 60_000);

  it("begins others once those are over", async () => {
    await waitFor("the guest", () => reaches(phones[0]), 60_000);
  }, 90_000);
});
