import { readFilterConfig } from "./filter/config.ts";
import { listNetworks } from "./filter/host.ts";
import { startFilter } from "./filter/run-filter.ts";
import { showLife } from "./filter/show-life.ts";
import { openLog } from "./log.ts";

const read = readFilterConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`filter: ${fault}`);
  process.exit(1);
}
const { network, logLevel, isSupervised, ...options } = read.config;
const shopNetworks = listNetworks(network.uplink);
const log = openLog("filter", logLevel);
const filter = await startFilter({ ...options, network: { ...network, shopNetworks }, log });
const life = isSupervised ? showLife(log) : null;
let isClosing = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    life?.end();
    void filter.close();
  });
