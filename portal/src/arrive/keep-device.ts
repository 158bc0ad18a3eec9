import {
  type Device,
  type DeviceDescription,
  describeDevice,
  findDevice,
  findDeviceByMac,
  findNewDescription,
  noteLanguageOfDevice,
  type Reader,
  seeDevice,
} from "@foyer/branch-store";
import type { PageContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";

/** In which it is counted how many devices nobody vouched for. */
export const NEW_DEVICES_STRETCH_MS = 15 * 60 * 1000;
/** Of which the cloud is told at once. Forty a minute are more guests than come by a NAS that signs nothing. */
const NEW_DEVICES_TOLD_MAX = 600;

/**
 * A device that nobody vouched for is in the store from its guest's first tap on. Another page of the
 * same MAC may have been faster; and a sheet's first word of what it is may say less than a browser's.
 * The language that was chosen on it is kept where it was proved: nobody chooses for another's MAC.
 * However many somebody makes up, nobody is turned away: the store forgets the oldest (CLAIMS_MAX).
 */
export function keepDevice(
  portal: Portal,
  context: PageContext,
  description: DeviceDescription | null,
): void {
  const { store } = portal;
  const isProved = context.proof !== null;
  const word = description && { ...description, isProved };
  const language = isProved ? context.language : null;
  const isKept = store.read((tx) => {
    const known = findKept(tx, context);
    if (!known) return false;
    context.deviceId = known.id;
    if (language !== null && known.language !== language) return false;
    return word === null || findNewDescription(tx, known, word) === null;
  });
  if (isKept) return;
  const { mac, nasId } = context.arrival;
  store.transaction((tx) => {
    const see = () => {
      const claim = isProved ? null : claimOf(portal, nasId);
      return seeDevice(tx, { mac, nasId, by: "portal", claim });
    };
    const device = findKept(tx, context) ?? see();
    context.deviceId = device.id;
    if (word) describeDevice(tx, device, word);
    if (language !== null) noteLanguageOfDevice(tx, { deviceId: device.id, language });
  });
}

/** As the store has it, unless its guest proves now what was only claimed. The page may be older than its row. */
function findKept(tx: Reader, { deviceId, arrival, proof }: PageContext): Device | null {
  const known = findDevice(tx, deviceId) ?? findDeviceByMac(tx, arrival.mac);
  return known?.isClaim && proof !== null ? null : known;
}

/** The cloud hears later of what comes by the hundred, of each once its NAS names it: the log is not filled. */
function claimOf({ countNewDevices, clock, log }: Portal, nasId: string): "told" | "untold" {
  const count = countNewDevices(nasId, clock().getTime());
  if (count === NEW_DEVICES_TOLD_MAX + 1)
    log.warn({ nasId }, "more new devices than guests bring: somebody may be making them up");
  return count > NEW_DEVICES_TOLD_MAX ? "untold" : "told";
}
