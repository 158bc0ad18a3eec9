import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applySettings, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings, GatewayNas } from "@foyer/contract";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "./log.ts";
import { startGateway } from "./run-gateway.ts";

const require = createRequire(import.meta.url);
const HERE = "127.0.0.1";
const MINUTE = 60_000;

async function takePort() {
  const server = createServer().listen(0, HERE);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port, release };
}

async function findFreeDatagramPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, HERE);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A box whose branch has the gateway that takes orders at this port. */
function openBox(disconnectPort: number): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-run-gateway-"));
  const sample: BranchSettings = require("@foyer/contract/fixtures/settings/branch-settings.json");
  const nas: GatewayNas = {
    ...{ kind: "gateway", id: "01990000-0000-7000-8000-000000000101", name: "The box itself" },
    ...{ source: HERE, radiusSecret: "a-secret-of-this-test", nasIdentifier: "gateway" },
    ...{ redirectSecret: "another-secret-of-this-test", walledGarden: [], disconnectPort },
  };
  const { tenantId, branch } = sample;
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId, branchId: branch.id, boxId };
  writeFileSync(
    join(folder, "box.json"),
    JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:1" }),
  );
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  store.transaction((tx) => applySettings(tx, { ...sample, nas: [nas] }));
  store.close();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test(
  "what it needs and is not there yet, as an address of the guests' network, is waited for",
  async () => {
    const taken = await takePort();
    const stateFolder = openBox(await findFreeDatagramPort());
    const gateway = await startGateway(
      {
        ...{ stateFolder, filterSocket: join(stateFolder, "filter.sock"), guestInterface: "lo" },
        ...{ gatewayIp: HERE, redirectPort: taken.port, portalOrigin: "http://10.42.0.1" },
        ...{ authPort: 9, acctPort: 9, logLevel: "silent", supervision: null },
      },
      openLog("gateway", "silent"),
    );
    onTestFinished(() => gateway.close());
    // Of what could not be begun nothing is left in the way of the next try.
    expect(existsSync(join(stateFolder, "gateway.sock"))).toBe(false);
    await taken.release();
    // The door is what comes up last.
    while (!existsSync(join(stateFolder, "gateway.sock"))) await sleep(20);
  },
  MINUTE,
);
