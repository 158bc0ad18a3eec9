import { setTimeout as sleep } from "node:timers/promises";
import { findDeviceByMac, listDueCommands, saveCommands, startSession } from "@foyer/branch-store";
import { coovaOf, MAC, NAS_ID, sampleSettings, startTestBox } from "./box.ts";

const COMMAND_ID = "01990000-0000-7000-8000-0000000000c1";

/**
 * A box whose guest is online on a NAS that listens for Disconnect-Requests on this port of
 * 127.0.0.1; the cloud orders to end that. Resolves with the outcomes counted.
 */
export async function orderDisconnect(
  portNumber: number | null,
  options: { waitSeconds?: number[]; expiresInSeconds?: number; withSession?: boolean } = {},
): Promise<string[]> {
  const { waitSeconds = [1, 1], expiresInSeconds = 60, withSession = true } = options;
  const settings = sampleSettings((each) => {
    coovaOf(each).disconnectPort = portNumber;
  });
  const box = await startTestBox({
    settings,
    commandSeconds: 0.01,
    disconnectWaitSeconds: waitSeconds,
  });
  box.issueTicketFor();
  box.store.transaction((tx) => {
    const session = { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC, at: tx.now };
    if (withSession) startSession(tx, { ...session, userName: "t-1", nasAddress: "127.0.0.1" });
    const deviceId = findDeviceByMac(tx, MAC)?.id as string;
    const expiresAt = new Date(tx.now.getTime() + expiresInSeconds * 1000).toISOString();
    const kind = "guest.disconnect";
    saveCommands(tx, [{ id: COMMAND_ID, position: 1, kind, deviceId, expiresAt }]);
  });
  while (box.store.read(listDueCommands).length > 0) await sleep(5);
  return Object.keys(box.health().disconnects);
}
