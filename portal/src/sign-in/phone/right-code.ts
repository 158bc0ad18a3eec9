import {
  findPendingCode,
  findUsedCode,
  type PendingCode,
  type Reader,
  wasOnlineSince,
} from "@foyer/branch-store";
import { codeKeyOf } from "../../page-context.ts";
import type { Step } from "../../step.ts";

/**
 * A sheet may close between the right code and the NAS's log-in. Of a device that was proved the store
 * knows by then whose it is; of any other the code is all that says who holds it, and so the same digits
 * are taken once more, within their life, until somebody has gone online with that MAC.
 */
export function keepRightCode({ portal, context, nas }: Step, codeId: string): void {
  if (context.proof === null) portal.rightCodes.keep(nameOf(context, nas), codeId);
}

/** The code that this very device has typed right and is not online by yet. */
export function findRightCode(tx: Reader, { portal, context, nas }: Step): PendingCode | null {
  const codeId = context.proof === null ? portal.rightCodes.find(nameOf(context, nas)) : null;
  const right = codeId === null ? null : findUsedCode(tx, codeId);
  if (!right) return null;
  const { nasId, mac } = context.arrival;
  // As the store has it, which moves with the box's time and with no second typing.
  return wasOnlineSince(tx, { nasId, mac, since: right.usedAt }) ? null : right;
}

/** The code that a page asks for: one that waits, or that was right once. */
export function findOpenCode(tx: Reader, step: Step, codeId: string): PendingCode | null {
  const pending = findPendingCode(tx, codeId);
  if (pending) return pending;
  const right = findRightCode(tx, step);
  return right?.id === codeId ? right : null;
}

/** As codes are kept apart: by address, and behind a NAS that translates them by what it gave each guest. */
function nameOf(context: Step["context"], nas: Step["nas"]): string {
  const { nasId, mac } = codeKeyOf(context, nas);
  return `${nasId}/${mac}`;
}
