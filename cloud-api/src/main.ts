import { type CloudConfig, readConfig } from "./config.ts";
import { startCloud } from "./start.ts";

/** In words: a stack helps nobody who has to mend a setting. */
function endWith(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return process.exit(1);
}

function readConfigOrEnd(): Readonly<CloudConfig> {
  try {
    return readConfig();
  } catch (error) {
    return endWith(error);
  }
}

const cloud = await startCloud(readConfigOrEnd()).catch(endWith);
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
