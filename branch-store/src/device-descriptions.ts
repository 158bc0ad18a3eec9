import type { DeviceForm, DeviceSystem } from "@foyer/contract";
import { type Device, visitGapMs } from "./devices.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** What a browser says its device is. `form` null: it does not say. */
export type DeviceDescription = { system: DeviceSystem; form: DeviceForm | null };

/** What a browser says, and whether its device was proved to be the one it claims. */
export type DeviceWord = DeviceDescription & { isProved: boolean };

/** Phones and tablets that ask for the pages of computers say that they are one. */
const HIDES: Partial<Record<DeviceSystem, DeviceSystem>> = { macos: "ios", linux: "android" };

/**
 * What is known of a device once a browser of it has said something. What was not known is filled in,
 * whoever says it; of two words that contradict each other the newer counts where it `mayReplace`.
 */
export function joinDescriptions(
  known: DeviceDescription | null,
  said: DeviceDescription,
  { mayReplace }: { mayReplace: boolean },
): DeviceDescription {
  if (known === null || HIDES[known.system] === said.system) return said;
  if (HIDES[said.system] === known.system) return known;
  if (known.system !== said.system) return mayReplace ? said : known;
  const form = mayReplace ? (said.form ?? known.form) : (known.form ?? said.form);
  return { ...known, form };
}

/**
 * What is known of a device after a word; null where that was known before. Another word than the one
 * before counts of a proved device alone, and once a visit: or any browser could fill the log.
 */
export function findNewDescription(
  tx: Reader,
  { description, describedAt }: Device,
  { isProved, ...said }: DeviceWord,
): DeviceDescription | null {
  const age = describedAt === null ? 0 : tx.now.getTime() - describedAt.getTime();
  const mayReplace = isProved && age > visitGapMs(tx);
  const joined = joinDescriptions(description, said, { mayReplace });
  const isKnown = joined.system === description?.system && joined.form === description.form;
  return isKnown ? null : joined;
}

/**
 * Keeps what a device's browser says where that is more than was known, and tells of it; of a device that
 * the cloud has not heard of, once it does.
 */
export function describeDevice(tx: Transaction, device: Device, word: DeviceWord): void {
  const description = findNewDescription(tx, device, word);
  if (description === null) return;
  const { system, form } = description;
  tx.sql("update devices set system = ?, form = ?, described_at = ? where id = ?").run(
    ...[system, form, tx.now.getTime(), device.id],
  );
  if (device.isTold) appendEvent(tx, "device.described", { deviceId: device.id, system, form });
}
