// A box with one member, its RADIUS server in this process; killed by the bench that started it.
// Says on one line of JSON where it listens and what the member's device was given.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  applySettings,
  issueCredential,
  openBranchStore,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { startRadius } from "../src/radius.ts";
import { macAt } from "./load.ts";

const [folder = "", certificateFile = "", keyFile = ""] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const settings: BranchSettings = require("@foyer/contract/fixtures/settings/branch-settings.json");
const identity = {
  tenantId: settings.tenantId,
  branchId: settings.branch.id,
  boxId: "01990000-0000-7000-8000-000000000003",
};
const nas = settings.nas[0];
if (nas?.kind !== "coova") throw new Error("the sample settings lack a CoovaChilli");

const cloudUrl = "http://127.0.0.1:1";
writeFileSync(join(folder, "box.json"), JSON.stringify({ ...identity, cloudUrl }));
const store = openBranchStore({ folder, identity, clock: () => new Date() });
const { username, password } = store.transaction((tx) => {
  applySettings(tx, settings);
  const { id: deviceId } = seeDevice(tx, { mac: macAt(0), nasId: nas.id, by: "portal" });
  const { id: guestId } = signInGuest(tx, {
    ...{ deviceId, nasId: nas.id, language: "vi", details: {}, termsVersion: 1 },
    ...{ phone: null, proved: true },
  });
  return issueCredential(tx, { deviceId, guestId });
});
const { authPort } = await startRadius({
  ...{ stateFolder: folder, host: "127.0.0.1", authPort: 0, acctPort: 0, logLevel: "silent" },
  certificate: { certificateFile, keyFile },
});
// A profile is written at an end of its own alone.
process.once("SIGTERM", () => process.exit());
const secret = nas.radiusSecret;
process.stdout.write(`${JSON.stringify({ authPort, secret, username, password })}\n`);
