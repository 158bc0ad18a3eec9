import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCloud } from "./start.ts";

// Writes docs/openapi.json: what a cloud of this release says of its own API.

const path = join(import.meta.dirname, "..", "..", "docs", "openapi.json");
const dataFolder = await mkdtemp(join(tmpdir(), "foyer-openapi-"));
try {
  const cloud = await startCloud({
    host: "127.0.0.1",
    port: 0,
    origin: null,
    dataFolder,
    role: "web",
    selfSignUp: false,
    logLevel: "error",
  });
  try {
    const answer = await fetch(`${cloud.origin}/api/openapi.json`);
    await writeFile(path, `${JSON.stringify(await answer.json(), null, 2)}\n`);
  } finally {
    await cloud.close();
  }
} finally {
  await rm(dataFolder, { recursive: true, force: true });
}
process.stdout.write(`${path}\n`);
