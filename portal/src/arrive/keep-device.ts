import {
  type DeviceDescription,
  describeDevice,
  findDevice,
  findNewDescription,
  noteLanguageOfDevice,
  seeDevice,
} from "@foyer/branch-store";
import { limitedAs, type PageContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";

/** In which it is counted how many devices came from one address. */
export const NEW_DEVICES_STRETCH_MS = 15 * 60 * 1000;
/**
 * Of which nobody vouched, and which the store did not hold: forty a minute are more guests than come through
 * any router, and fewer than somebody makes up who wants the box's disk full.
 */
export const NEW_DEVICES_MAX = 600;
const TOO_MANY = `more than ${NEW_DEVICES_MAX} new devices within a quarter of an hour from one address: somebody makes them up`;

/**
 * A device that nobody vouched for is in the store from its guest's first tap on. Another page of the
 * same MAC may have been faster; and a sheet's first word of what it is may say less than a browser's.
 * The language that was chosen on it is kept where it was proved: nobody chooses for another's MAC.
 * False: from this address have come too many, and nothing is to be done for one more.
 */
export function keepDevice(
  portal: Portal,
  context: PageContext,
  description: DeviceDescription | null,
): boolean {
  const { store } = portal;
  const isProved = context.proof !== null;
  const word = description && { ...description, isProved };
  const language = isProved ? context.language : null;
  const before = store.read((tx) => {
    const known = findDevice(tx, context.deviceId);
    if (!known) return "new";
    if (language !== null && known.language !== language) return "changed";
    return word === null || findNewDescription(tx, known, word) === null ? "same" : "changed";
  });
  if (before === "same") return true;
  if (before === "new" && !isProved && isOneTooMany(portal, context)) return false;
  const { mac, nasId } = context.arrival;
  store.transaction((tx) => {
    const known = findDevice(tx, context.deviceId);
    const device = known ?? seeDevice(tx, { mac, nasId, by: "portal" });
    context.deviceId = device.id;
    if (word) describeDevice(tx, device, word);
    if (language !== null) noteLanguageOfDevice(tx, { deviceId: device.id, language });
  });
  return true;
}

function isOneTooMany(
  { countNewDevices, clock, doorNotes, log }: Portal,
  context: PageContext,
): boolean {
  if (countNewDevices(limitedAs(context), clock().getTime()) <= NEW_DEVICES_MAX) return false;
  log.warn({ nasId: context.arrival.nasId, reason: TOO_MANY }, "device refused");
  doorNotes.noteRefused({ remoteAddress: context.remoteAddress, reason: TOO_MANY });
  return true;
}
