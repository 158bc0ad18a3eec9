import { keepRecentLines, openSupervisor } from "@foyer/branch-store";
import { readConfig } from "./config.ts";
import { openLog } from "./log.ts";
import { startRadius } from "./radius.ts";

const read = readConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`radius: ${fault}`);
  process.exit(1);
}
const { config } = read;
const log = openLog(config.logLevel, keepRecentLines(config.stateFolder, "radius"));
const running = await startRadius({ ...config, log }).catch((error: unknown) => {
  // A taken port, another box's store: said in a line, since a stack helps nobody mend it.
  console.error(`radius: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

const supervisor = openSupervisor(config.supervision);
supervisor.tellReady();

const stop = (signal: NodeJS.Signals) => {
  supervisor.tellStopping();
  log.info({ signal, health: running.health() }, "RADIUS server stops");
  running.close().then(
    () => process.exit(0),
    (error) => {
      log.error({ err: error }, "RADIUS server did not stop cleanly");
      process.exit(1);
    },
  );
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
