// What it costs the box's packet filter to let one guest in while 500 others are, against while few are: the
// real process with nft and tc in a network namespace, asked on its socket, in turns. Leases are written as
// dnsmasq writes them; no packet passes. It needs what deploy/lab needs.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readNumber } from "@foyer/portal/test/bench-options";
import { printFigure } from "@foyer/portal/test/figure";
import { type FilterDoor, openFilterDoor } from "../lab/ask-filter.ts";
import { filterFolders, startFilterAlone } from "../lab/gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "../lab/gateway-network.ts";
import { findWhyNot } from "../lab/peers.ts";
import { run, waitFor } from "../lab/processes.ts";

const ROUNDS = readNumber("rounds", 2);
const GUESTS = readNumber("guests", 500);
const FEW = readNumber("few", 10);
const GRANTS = readNumber("grants", 20);
const PREFIX = 22;
/** A grant reads the counters of all who are in, and so it is not quite flat. */
const RATIO_MAX = 2;
const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;

const hex = (octet: number) => octet.toString(16).padStart(2, "0").toUpperCase();
const macOf = (guest: number) => `02-00-00-00-${hex(guest >> 8)}-${hex(guest & 255)}`;

/** From the tenth host of the network on; the gateway's own address is nobody's lease. */
function writeLeases({ gatewayIp, ...network }: GatewayNetwork): void {
  const [first = 0, second = 0, third = 0] = gatewayIp.split(".").map(Number);
  const until = Math.floor(Date.now() / 1000) + 86_400;
  const lines: string[] = [];
  for (let host = 10; lines.length < GUESTS + GRANTS; host += 1) {
    const ip = [first, second, (third & ~3) + (host >> 8), host & 255].join(".");
    const mac = macOf(lines.length).replaceAll("-", ":").toLowerCase();
    if (ip !== gatewayIp) lines.push(`${until} ${mac} ${ip} * *`);
  }
  const { state } = filterFolders(network);
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, "leases"), `${lines.join("\n")}\n`);
}

const grant = (guest: number) => ({
  ...{ op: "authorise", mac: macOf(guest), uploadKbps: 4000, downloadKbps: 8000 },
});
const end = (guest: number) => ({ op: "end", mac: macOf(guest) });
const median = (list: readonly number[]) =>
  list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)] ?? Number.NaN;

/** The median of some grants, each taken back before the next. */
async function measure({ ask }: FilterDoor): Promise<number> {
  const took: number[] = [];
  for (let guest = GUESTS; guest < GUESTS + GRANTS; guest += 1) {
    took.push(await ask(grant(guest)));
    await ask(end(guest));
  }
  return median(took);
}

async function countOnline({ nas }: GatewayNetwork): Promise<number> {
  const words = ["nft", "list", "set", "inet", "foyer_gateway", "online_ips"];
  const listed = await run("ip", "netns", "exec", nas, ...words);
  return listed.split("counter packets").length - 1;
}

async function measureAll(network: GatewayNetwork, filter: FilterDoor): Promise<void> {
  const few: number[] = [];
  const many: number[] = [];
  for (let guest = 0; guest < FEW; guest += 1) await filter.ask(grant(guest));
  for (let round = 0; round < ROUNDS; round += 1) {
    few.push(await measure(filter));
    for (let guest = FEW; guest < GUESTS; guest += 1) await filter.ask(grant(guest));
    if ((await countOnline(network)) < GUESTS) throw new Error("not all of them are let in");
    many.push(await measure(filter));
    for (let guest = FEW; guest < GUESTS; guest += 1) await filter.ask(end(guest));
  }
  const say = (list: readonly number[]) => list.map((each) => each.toFixed(1)).join(" ");
  console.log(`beside ms a grant with ${FEW} guests ${say(few)}, with ${GUESTS} ${say(many)}`);
  printFigure({
    name: `gateway-grant-at-${GUESTS}`,
    rounds: many.map((each, round) => each / (few[round] ?? Number.NaN)),
    ...{ unit: "x", bar: RATIO_MAX, better: "less" },
  });
}

async function main(): Promise<void> {
  const whyNot = await findWhyNot();
  if (whyNot) return console.log(`missing lab (${whyNot}): the packet filter was not measured`);
  const network = await openGatewayNetwork(MACS);
  const closers: (() => unknown)[] = [network.close];
  try {
    writeLeases(network);
    const running = await startFilterAlone(network, { prefix: PREFIX });
    closers.push(running.stop);
    const filter = await waitFor("the filter's socket", () => openFilterDoor(network));
    closers.push(filter.close);
    await measureAll(network, filter);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

await main();
