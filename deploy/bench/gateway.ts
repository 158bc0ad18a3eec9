// What a guest's traffic loses by going through the box's gateway: downloads and uploads of one guest,
// signed in and without a rate, against the same machine, cables and namespaces while the kernel forwards
// them without any rule, in turns. It needs what deploy/lab needs.
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readNumber } from "@foyer/portal/test/bench-options";
import { printFigure } from "@foyer/portal/test/figure";
import { readNewestCode } from "../lab/box.ts";
import { type GatewayBox, startGatewayBox } from "../lab/gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "../lab/gateway-network.ts";
import { openMiniBrowser, signIn } from "../lab/lab.ts";
import { findWhyNot } from "../lab/peers.ts";
import { makePhone, type Phone } from "../lab/phone.ts";
import { type Running, run, start, waitFor } from "../lab/processes.ts";

const ROUNDS = readNumber("rounds", 5);
const MEGABYTES = readNumber("megabytes", 200);
/** Translation, rules, counters and queues cost something; half of it is far beyond a shop's line. */
const SHARE_MIN = 0.5;
const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const NO_RATES = { uploadKbps: null, downloadKbps: null };
const CHUNK = Buffer.alloc(64 * 1024);

type Shop = { network: GatewayNetwork; box: GatewayBox; phone: Phone };
/** In Mbit/s of payload. */
type Speeds = { down: number; up: number };

function* chunks() {
  for (let sent = 0; sent < MEGABYTES * 1e6; sent += CHUNK.length) yield CHUNK;
}

const sendAll = (response: ServerResponse) =>
  pipeline(Readable.from(chunks()), response).catch(() => {});

/** What stands for the internet, and its name server. */
async function openInternet({ internetIp, portalIp }: GatewayNetwork) {
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on("end", () => (request.url === "/big" ? sendAll(response) : response.end("here")));
  }).listen(80, internetIp);
  await once(server, "listening");
  const words = ["--no-hosts", "--no-resolv", "--bind-interfaces", "--pid-file="];
  const names: Running = start(
    ...(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", ...words] as const),
    ...[`--listen-address=${portalIp}`, `--address=/#/${internetIp}`],
  );
  return async () => {
    await names.stop();
    server.closeAllConnections();
    server.close();
  };
}

/** One download and one upload by curl, inside the guest's namespace. */
async function measure({ network }: Shop): Promise<Speeds> {
  const url = `http://${network.internetIp}/big`;
  const curl = async (field: string, ...options: string[]) => {
    const words = ["-sS", "-o", "/dev/null", "-w", `%{${field}}`, ...options];
    const bytes = Number(await run(network.inGuest, "curl", "--max-time", "15", ...words));
    return (bytes * 8) / 1e6;
  };
  const down = await curl("speed_download", url);
  const file = `head -c ${MEGABYTES}000000 /dev/zero | curl -sS -o /dev/null -T - -w '%{speed_upload}' `;
  const sent = await run(network.inGuest, "sh", "-c", `${file} http://${network.internetIp}/up`);
  return { down, up: (Number(sent) * 8) / 1e6 };
}

const isOnline = async ({ network, phone }: Shop) =>
  (await phone.fetch(`http://${network.internetIp}/`, "--max-time", "2"))?.body === "here";

/** The same by the kernel alone: the gateway's processes are gone, and all that they told it. */
async function measurePlain(shop: Shop): Promise<Speeds> {
  const { network, box } = shop;
  await box.cutPower();
  const inBox = (...words: string[]) => run("ip", "netns", "exec", network.nas, ...words);
  const address = `${network.gatewayIp}/24`;
  await run("ip", "-n", network.nas, "addr", "add", address, "dev", network.guestInterface);
  await inBox("sysctl", "-qw", "net.ipv4.ip_forward=1");
  await waitFor("the kernel forwards", () => isOnline(shop));
  const speeds = await measure(shop);
  await run("ip", "-n", network.nas, "addr", "flush", "dev", network.guestInterface);
  await box.startAgain();
  await waitFor("the session goes on", () => isOnline(shop));
  return speeds;
}

async function measureAll(shop: Shop): Promise<void> {
  await shop.phone.join();
  const page = await openMiniBrowser(shop);
  await signIn({ box: { readCode: () => readNewestCode(shop.box.outsideOrigin) } }, page);
  await page.context().browser()?.close();
  await waitFor("the guest is online", () => isOnline(shop));
  const through: Speeds[] = [];
  const plain: Speeds[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    through.push(await measure(shop));
    plain.push(await measurePlain(shop));
  }
  for (const way of ["down", "up"] as const) {
    const say = (list: readonly Speeds[]) => list.map((each) => each[way].toFixed(0)).join(" ");
    console.log(`beside ${way} Mbit/s through the gateway ${say(through)}, plain ${say(plain)}`);
    printFigure({
      name: `gateway-${way}-share-of-plain`,
      rounds: through.map((each, round) => each[way] / (plain[round]?.[way] ?? Number.NaN)),
      ...{ unit: "x", bar: SHARE_MIN, better: "more" },
    });
  }
}

async function main(): Promise<void> {
  const whyNot = await findWhyNot();
  if (whyNot) return console.log(`missing lab (${whyNot}): the gateway was not measured`);
  const network = await openGatewayNetwork(MACS);
  const closers: (() => Promise<unknown>)[] = [network.close];
  try {
    closers.push(await openInternet(network));
    const box = await startGatewayBox(network, NO_RATES);
    closers.push(box.close);
    const phone = makePhone(network);
    closers.push(phone.close);
    await measureAll({ network, box, phone });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

await main();
