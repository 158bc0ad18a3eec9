import {
  type DueDisconnect,
  endSession,
  findDevice,
  findSettings,
  finishCommand,
  listDueDisconnects,
  listOpenSessionsOfDevice,
  type Session,
} from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import type { WatchOptions } from "./watch.ts";

/**
 * Carries out the cloud's guest.disconnect commands on the NAS that keep no account of sessions; radius
 * does on those that do, and leaves the others alone.
 */
export async function carryOutCommands(options: WatchOptions): Promise<void> {
  const { store, log } = options;
  for (const command of store.read(listDueDisconnects)) {
    const outcome = await carryOut(options, command);
    if (outcome === null) continue;
    store.transaction((tx) => finishCommand(tx, { id: command.id, outcome }));
    log.info({ commandId: command.id, outcome }, "guest.disconnect carried out");
  }
}

type Target = { session: Session; nas: Nas; mac: string };

/** The outcome in words; null when the device is on no NAS of ours: then it is radius's to say. */
async function carryOut(options: WatchOptions, command: DueDisconnect): Promise<string | null> {
  const { store, clock } = options;
  const targets = store.read((tx) => {
    const nasList = findSettings(tx)?.nas ?? [];
    const mac = findDevice(tx, command.deviceId)?.mac ?? "";
    return listOpenSessionsOfDevice(tx, command.deviceId).flatMap((session): Target[] => {
      const nas = nasList.find((each) => each.id === session.nasId);
      return nas ? [{ session, nas, mac }] : [];
    });
  });
  const own = targets.filter(({ nas }) => isOwn(options, nas));
  if (own.length === 0 || own.length < targets.length) return null;
  if (command.expiresAt <= clock()) return "expired";
  const outcomes = await Promise.all(own.map((target) => putOut(options, target)));
  return outcomes.find((outcome) => outcome !== "acknowledged") ?? "acknowledged";
}

function isOwn({ adapterOf }: WatchOptions, nas: Nas): boolean {
  const adapter = adapterOf(nas);
  return adapter?.accounting === "portal" && adapter.putOut !== undefined;
}

async function putOut(options: WatchOptions, { session, nas, mac }: Target): Promise<string> {
  const { store, adapterOf } = options;
  const outcome = await adapterOf(nas)?.putOut?.({ mac, handBack: {} }, nas, options);
  if (!outcome) return "not-offered";
  if (outcome.kind === "unreachable") return "timed-out";
  if (outcome.kind === "refused") return "refused";
  const { nasId, acctSessionId } = session;
  store.transaction((tx) =>
    endSession(tx, { nasId, acctSessionId, mac, at: tx.now, cause: "Admin-Reset" }),
  );
  return "acknowledged";
}
