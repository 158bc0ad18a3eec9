// A box with one known device for each MAC of the load, its RADIUS server in this process; killed
// by the bench that started it. Says on one line of JSON where it listens.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { applySettings, openBranchStore, seeDevice, signInGuest } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { startRadius } from "../src/radius.ts";
import { macAt } from "./load.ts";

const [folder = "", devices = "0"] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const settings: BranchSettings = require("@foyer/contract/fixtures/settings/branch-settings.json");
settings.signIn.greet = "never";
const identity = {
  tenantId: settings.tenantId,
  branchId: settings.branch.id,
  boxId: "01990000-0000-7000-8000-000000000003",
};
const nas = settings.nas[0];
if (nas?.kind !== "coova") throw new Error("the sample settings lack a NAS");

const cloudUrl = "http://127.0.0.1:1";
writeFileSync(join(folder, "box.json"), JSON.stringify({ ...identity, cloudUrl }));
const store = openBranchStore({ folder, identity, clock: () => new Date() });
store.transaction((tx) => {
  applySettings(tx, settings);
  for (let at = 0; at < Number(devices); at++) {
    const mac = macAt(at);
    const { id: deviceId } = seeDevice(tx, { mac, nasId: nas.id, by: "portal" });
    signInGuest(tx, {
      ...{ deviceId, nasId: nas.id, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: null, proved: true },
    });
  }
});
// A profile is written by a process that exits, not by one that is killed.
process.once("SIGTERM", () => process.exit(0));
const { authPort, acctPort } = await startRadius({
  stateFolder: folder,
  host: "127.0.0.1",
  authPort: 0,
  acctPort: 0,
  logLevel: "silent",
});
process.stdout.write(`${JSON.stringify({ authPort, acctPort, secret: nas.radiusSecret })}\n`);
