import type { CloudConfig } from "./config.ts";
import { startCloud } from "./start.ts";

/** Who is told that the process serves, and that it ends: systemd, for one. */
export type Told = { tellReady: () => void; tellStopping: () => void };

/** In words: a stack helps nobody who has to mend a setting. */
function endWith(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return process.exit(1);
}

/**
 * The process: starts as the environment says, and ends well when it is told to. That may be as soon as it
 * listens, and before that it has a database beside it: whoever is told to end while starting ends after.
 */
export async function runCloud(read: () => Readonly<CloudConfig>, told?: Told): Promise<void> {
  const starting = Promise.resolve().then(read).then(startCloud).catch(endWith);
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      told?.tellStopping();
      await (await starting).close();
      process.exit(0);
    });
  const cloud = await starting;
  if (cloud.firstSignInUrl)
    process.stdout.write(`Make the first account, once, at ${cloud.firstSignInUrl}\n`);
  if (!stopping) told?.tellReady();
}
