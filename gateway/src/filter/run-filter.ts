import { mkdirSync, watch } from "node:fs";
import { join } from "node:path";
import { type Logger, withoutGuests } from "../log.ts";
import { createFilter, type Filter, LEASE_FILE } from "./answer.ts";
import { type RunCommand, runCommand } from "./commands.ts";
import { type KeptRunning, keepRunning } from "./kept-running.ts";
import { type OwnNames, withPublicName, writeDoorstep, writeLeaseService } from "./names.ts";
import type { GuestNetwork } from "./network.ts";
import { serveRequests } from "./serve.ts";
import { replaceFile } from "./state-file.ts";

const LOOK_MS = 5000;
/** dnsmasq writes a lease in more than one piece. */
const SETTLE_MS = 30;
const SOCKET_FILE = "filter.sock";

export type FilterOptions = {
  network: GuestNetwork;
  names: OwnNames;
  /** Kept over a reboot: who is let in, and the leases. */
  stateFolder: string;
  /** For dnsmasq's configuration and the socket. */
  runtimeFolder: string;
  log: Logger;
  run?: RunCommand;
};

export type RunningFilter = { socketPath: string; close: () => Promise<void> };

/**
 * Starts the packet filter with those who were let in before it ended. When it closes, the rules stay:
 * guests who are online stay so while it is restarted, and nobody else gets in.
 */
export async function startFilter(options: FilterOptions): Promise<RunningFilter> {
  const { runtimeFolder, stateFolder, log, run = runCommand } = options;
  for (const folder of [runtimeFolder, stateFolder]) mkdirSync(folder, { recursive: true });
  const filter = createFilter({ ...options, run });
  await filter.begin();
  const programs = startPrograms(options, filter);
  const socketPath = join(runtimeFolder, SOCKET_FILE);
  const answer = (request: Parameters<Filter["answer"]>[0]) => filter.answer(request, programs);
  const server = await serveRequests({ socketPath, answer, log });
  const look = () =>
    filter.look().catch((err: unknown) => log.error({ err }, "the packet filter cannot be kept"));
  let settling: NodeJS.Timeout | undefined;
  const watcher = watch(stateFolder, (_, name) => {
    if (name !== LEASE_FILE) return;
    clearTimeout(settling);
    settling = setTimeout(look, SETTLE_MS);
  });
  const timer = setInterval(look, LOOK_MS);
  log.info("the packet filter stands");
  return {
    socketPath,
    close: async () => {
      watcher.close();
      clearInterval(timer);
      clearTimeout(settling);
      server.close();
      await look();
      filter.close();
      await programs.close();
    },
  };
}

/** What dnsmasq complains of stands in the journal; of DHCP it names the guest whom it is about. */
const passOn = (line: string): void => {
  process.stderr.write(`${line.includes("dnsmasq-dhcp") ? withoutGuests(line) : line}\n`);
};

/** DHCP and names: two of dnsmasq, for who is let in and for who is not. */
function startPrograms(options: FilterOptions, filter: Filter) {
  const { network, names, stateFolder, runtimeFolder, log } = options;
  const leaseFile = join(stateFolder, LEASE_FILE);
  let publicName: string | null = null;
  const serviceOf = (walledGarden: readonly string[]) => ({
    ...withPublicName(names, publicName),
    ...{ walledGarden, leaseFile },
  });
  const fileOf = (name: string) => join(runtimeFolder, `${name}.conf`);
  const start = (name: string, text: string): KeptRunning => {
    replaceFile(fileOf(name), text);
    const words = ["--keep-in-foreground", `--conf-file=${fileOf(name)}`];
    return keepRunning({ name, command: "dnsmasq", words, hear: passOn, log });
  };
  const service = serviceOf(filter.walledGarden());
  const leasing = start("leases", writeLeaseService(network, service));
  const doorstep = start("doorstep", writeDoorstep(network, service));
  return {
    /** Kept by nobody: after a new start it is told anew, and till then rather none than a bad one. */
    changePublicName: async (name: string | null) => {
      if (name === publicName) return;
      publicName = name;
      const told = serviceOf(filter.walledGarden());
      replaceFile(fileOf("leases"), writeLeaseService(network, told));
      replaceFile(fileOf("doorstep"), writeDoorstep(network, told));
      await Promise.all([leasing.restart(), doorstep.restart()]);
      log.info({ isNamed: name !== null }, "guests hear of another public name");
    },
    changeGarden: async (walledGarden: readonly string[]) => {
      replaceFile(fileOf("doorstep"), writeDoorstep(network, serviceOf(walledGarden)));
      await doorstep.restart();
    },
    close: async () => {
      await Promise.all([leasing.stop(), doorstep.stop()]);
    },
  };
}
