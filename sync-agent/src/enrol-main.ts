import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { readEnrolConfig } from "./config.ts";
import { enrolFolder } from "./enrol.ts";
import { describeSealing, sealStoreKey } from "./store-key.ts";

// `FOYER_STATE_FOLDER=… node sync-agent/src/enrol-main.ts https://cloud.example` asks for the code, so
// that it stands in no list of processes and no shell's history.

const read = readEnrolConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`enrol: ${fault}`);
  process.exit(1);
}
const lines = createInterface({ input: stdin, output: stdout });
const code = await lines.question("Code from the staff app: ");
lines.close();
const { stateFolder, cloudUrl } = read.config;
const enrolled = await enrolFolder(stateFolder, { cloudUrl, code });
if (enrolled.kind === "enrolled") {
  const { boxId, branchId } = enrolled.identity;
  console.log(
    `This is box ${boxId} of branch ${branchId} now. Start radius, portal and sync-agent.`,
  );
  console.log(describeSealing(sealStoreKey(stateFolder)));
} else {
  console.error(`enrol: ${enrolled.reason}`);
  process.exitCode = 1;
}
