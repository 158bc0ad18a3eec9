import { type Guest, linkDevice, signInGuest, type Transaction } from "@foyer/branch-store";
import type { Contact } from "@foyer/contract";
import type { Step } from "../step.ts";

/**
 * Makes or finds the guest who signs in on this step's device, by a number or an address that was
 * proved, or by none. Who said "that isn't me" is never taken for the device's guest, and has the device from now.
 */
export function signIn(
  tx: Transaction,
  { context, language }: Step,
  {
    contact,
    termsVersion,
    isNewHolder = false,
    provedBy = "code",
  }: {
    contact: Contact | null;
    termsVersion: number | null;
    isNewHolder?: boolean;
    provedBy?: "code" | "member-code";
  },
): Guest {
  const { deviceId, arrival, proof, isSomebodyElse, knownGuestId } = context;
  const guest = signInGuest(tx, {
    deviceId,
    nasId: arrival.nasId,
    language,
    details: {},
    termsVersion,
    phone: contact?.kind === "phone" ? contact.value : null,
    ...(contact?.kind === "email" ? { email: contact.value } : {}),
    isNewHolder,
    provedBy,
    proved: proof !== null && !isSomebodyElse,
    knownGuestId,
  });
  // Of whoever is known only now; a device's own stands until somebody is.
  const { chosenLanguage } = guest;
  if (chosenLanguage !== null)
    Object.assign(context, { usualLanguage: chosenLanguage, askedLanguage: null });
  if (proof !== null && isSomebodyElse) linkDevice(tx, { deviceId, guestId: guest.id });
  return guest;
}
