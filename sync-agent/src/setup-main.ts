import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSetupConfig } from "./config.ts";
import { holdFolder } from "./hold-folder.ts";
import { listOwnAddresses } from "./own-addresses.ts";
import { listUrls, writeConsole } from "./setup/console.ts";
import { openConsoleNumber } from "./setup/console-number.ts";
import { type SetupServer, startSetupServer } from "./setup/server.ts";
import { openSetUp } from "./setup/set-up.ts";

// The first boot: serves a page on the branch's network until this machine is a box, and ends. A
// machine that is one ends at once, so that whoever starts the services may start this before them.

const ADDRESS_LOOK_MILLISECONDS = 2000;

const read = readSetupConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`setup: ${fault}`);
  process.exit(1);
}
const { stateFolder, host, port, cloudUrl } = read.config;
if (existsSync(join(stateFolder, "box-key"))) process.exit(0);
const held = existsSync(stateFolder) ? holdFolder(stateFolder) : ({ kind: "held" } as const);
if (held.kind === "refused") {
  console.error(`setup: ${held.reason}`);
  process.exit(1);
}
const setUp = openSetUp({ stateFolder, clock: () => new Date() });
const setUpPage: { server: SetupServer | null; urls: readonly string[] } = {
  server: null,
  urls: [],
};
const show = (shown: string) => {
  const { server } = setUpPage;
  if (!server) return;
  setUpPage.urls = listUrls(listOwnAddresses(), server.port);
  process.stdout.write(writeConsole(setUpPage.urls, shown));
};
const number = openConsoleNumber(randomInt, show);
const server = await startSetupServer({ host, port, cloudUrl, number, setUp });
setUpPage.server = server;
show(number.current());
// A cable may be plugged in later, and a router may take its time.
setInterval(() => {
  const urls = listUrls(listOwnAddresses(), server.port);
  if (urls.join() !== setUpPage.urls.join()) show(number.current());
}, ADDRESS_LOOK_MILLISECONDS).unref();
const end = async () => {
  await server.close();
  await setUp.close();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end());
await server.done;
await end();
