import { type CloudConfig, readConfig } from "./config.ts";
import { startCloud } from "./start.ts";

function readConfigOrExit(): Readonly<CloudConfig> {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return process.exit(1);
  }
}

const cloud = await startCloud(readConfigOrExit());
if (cloud.firstSignInUrl)
  process.stdout.write(`Make the first account, once, at ${cloud.firstSignInUrl}\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await cloud.close();
    process.exit(0);
  });
