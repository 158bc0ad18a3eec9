import { dumpCloud, loadCloud, moveToServer } from "@foyer/cloud-api";
import { readCloudConfig } from "./config.ts";

// What a cloud knows, carried by the user whose database it is: `foyer-cloud` runs it and says the outcome.
const [what = "", where = ""] = process.argv.slice(2);
try {
  const place = readCloudConfig(null);
  const carried = await carry(place);
  if (carried) process.stdout.write(`${JSON.stringify(carried)}\n`);
  else process.exitCode = 2;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function carry(place: ReturnType<typeof readCloudConfig>) {
  if (where === "") return null;
  if (what === "dump") return await dumpCloud(place, where);
  if (what === "load") return await loadCloud(place, where);
  // The address holds a password: it comes by the environment, which no other user may read.
  if (what === "move" && place.databaseUrl)
    return await moveToServer({ dataFolder: place.dataFolder, databaseUrl: place.databaseUrl });
  return null;
}
