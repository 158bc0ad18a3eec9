import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readLanguage } from "./config.ts";
import { makeReleaseKey, PRIVATE_KEY_FILE, PUBLIC_KEY_FILE } from "./release-key.ts";
import { say } from "./words.ts";

try {
  const { values } = parseArgs({ options: { into: { type: "string", default: "." } } });
  const privateFile = join(resolve(values.into), PRIVATE_KEY_FILE);
  const publicFile = join(resolve(values.into), PUBLIC_KEY_FILE);
  const name = makeReleaseKey({ privateFile, publicFile });
  console.log(say(readLanguage(), { kind: "key-made", name, privateFile, publicFile }));
} catch (error) {
  console.error(`release-key: ${error instanceof Error ? error.message : String(error)}`);
  console.error("release-key: deploy/box/release-key [--into FOLDER]");
  process.exitCode = 1;
}
