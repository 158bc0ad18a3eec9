import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, openBranchStore } from "@foyer/branch-store";
import { demoBranchDocument, NAS_IDENTIFIER } from "../demo/branch.ts";
import type { SentCode } from "./sign-in-server.ts";

const SERVER = join(import.meta.dirname, "sign-in-server.ts");
const NAS_ORIGIN = "http://10.10.0.1:3990";
const PORTAL_PATH = "http://portal.example/portal";
const id = (last: number) => `01990000-0000-7000-8000-0000000002${String(last).padStart(2, "0")}`;

/** A box with a portal and a RADIUS server, each a process of its own, and one NAS. */
export type SignInBox = {
  portalOrigin: string;
  authPort: number;
  acctPort: number;
  secrets: { radius: string; uam: string };
  nas: { identifier: string; origin: string; uamServer: string };
  /** The code that was sent to this number, E.164, once it was. */
  takeCode: (phone: string) => Promise<string>;
  close: () => Promise<void>;
};

export async function openSignInBox(): Promise<SignInBox> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-sign-in-"));
  const secrets = {
    radius: randomBytes(16).toString("hex"),
    uam: randomBytes(16).toString("hex"),
  };
  settle(folder, secrets);
  const [portal, radius] = [startServer("portal", folder), startServer("radius", folder)];
  const [[atPortal], [atRadius]] = await Promise.all([
    once(portal, "message"),
    once(radius, "message"),
  ]);
  const codes = new EventEmitter().setMaxListeners(0);
  const sent = new Map<string, string>();
  portal.on("message", ({ phone, code }: SentCode) => {
    sent.set(phone, code);
    codes.emit(phone);
  });
  return {
    portalOrigin: atPortal.portal.origin,
    ...{ authPort: atRadius.authPort, acctPort: atRadius.acctPort, secrets },
    nas: { identifier: NAS_IDENTIFIER, origin: NAS_ORIGIN, uamServer: PORTAL_PATH },
    async takeCode(phone) {
      if (!sent.has(phone)) await once(codes, phone);
      return sent.get(phone) ?? "";
    },
    async close() {
      await Promise.all([portal, radius].map(stopServer));
      rmSync(folder, { recursive: true });
    },
  };
}

/** The demonstration's branch, with limits for a crowd behind one address. */
function settle(folder: string, secrets: SignInBox["secrets"]): void {
  const branchId = id(1);
  const document = demoBranchDocument({
    ...{ branchId, secrets, channels: [{ kind: "console" }], uamServer: PORTAL_PATH },
    ...{ accessPointOrigin: NAS_ORIGIN, disconnectPort: 3799 },
    ids: { nas: id(2), policy: id(3), firstPage: id(4), returningPage: id(5) },
  });
  Object.assign(document.signIn.phone, {
    ...{ messagesPerBranchHour: 100_000, messagesPerBranchDay: 100_000 },
    ...{ messagesPerPrefixHour: 100_000, messagesPerAddressHour: 100_000 },
  });
  const identity = { tenantId: id(6), branchId, boxId: id(7) };
  const cloudUrl = "http://127.0.0.1:9";
  writeFileSync(join(folder, "box.json"), JSON.stringify({ ...identity, cloudUrl }));
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const settings = { ...document, version: 1, tenantId: identity.tenantId };
  store.transaction((tx) => applySettings(tx, settings));
  store.close();
}

/** Its log goes where a box's does: into a file. */
function startServer(mode: "portal" | "radius", folder: string): ChildProcess {
  const log = openSync(join(folder, `${mode}.log`), "w");
  const options = [SERVER, mode, folder];
  return spawn(process.execPath, options, { stdio: ["ignore", log, "inherit", "ipc"] });
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, "exit");
}
