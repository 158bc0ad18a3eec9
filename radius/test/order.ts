import { setTimeout as sleep } from "node:timers/promises";
import {
  findDeviceByMac,
  listDueDisconnects,
  saveCommands,
  startSession,
} from "@foyer/branch-store";
import { coovaOf, MAC, NAS_ID, sampleSettings, startTestBox, type TestBox } from "./box.ts";

const COMMAND_ID = "01990000-0000-7000-8000-0000000000c1";

export type OrderOptions = {
  waitSeconds?: number[];
  expiresInSeconds?: number;
  /** The Acct-Session-Ids the guest is online with. */
  sessions?: string[];
};

/**
 * A box whose guest is online on a NAS that listens for Disconnect-Requests on this port of
 * 127.0.0.1; the cloud has ordered to end that.
 */
export async function startBoxWithOrder(
  portNumber: number | null,
  options: OrderOptions = {},
): Promise<TestBox> {
  const { waitSeconds = [1, 1], ...ordered } = options;
  const settings = sampleSettings((each) => {
    coovaOf(each).disconnectPort = portNumber;
  });
  const box = await startTestBox({
    settings,
    commandSeconds: 0.01,
    disconnectWaitSeconds: waitSeconds,
  });
  box.issueTicketFor();
  giveOrder(box, ordered);
  return box;
}

/** The guest of a box comes online, and the cloud orders to end that. */
export function giveOrder(
  box: TestBox,
  { expiresInSeconds = 60, sessions = ["s-1"], id = COMMAND_ID }: OrderOptions & { id?: string },
): void {
  box.store.transaction((tx) => {
    const told = { nasId: NAS_ID, mac: MAC, at: tx.now, userName: "t-1", nasAddress: "127.0.0.1" };
    for (const acctSessionId of sessions) startSession(tx, { ...told, acctSessionId });
    const deviceId = findDeviceByMac(tx, MAC)?.id as string;
    const expiresAt = new Date(tx.now.getTime() + expiresInSeconds * 1000).toISOString();
    const kind = "guest.disconnect";
    saveCommands(tx, [{ id, position: 1, kind, deviceId, expiresAt }]);
  });
}

/** The same, until the order is carried out. Resolves with the outcomes counted. */
export async function orderDisconnect(
  portNumber: number | null,
  options: OrderOptions = {},
): Promise<string[]> {
  const box = await startBoxWithOrder(portNumber, options);
  while (box.store.read(listDueDisconnects).length > 0) await sleep(5);
  return Object.keys(box.health().disconnects);
}
