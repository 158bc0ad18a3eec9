import {
  findGuest,
  type Guest,
  keepChosenLanguage,
  type PendingCode,
  type Transaction,
} from "@foyer/branch-store";
import type { PageContext } from "./page-context.ts";
import { type Step, speakAnew } from "./step.ts";

/** Whoever chose a language at an earlier visit is met in it, unless they have chosen another since. */
export function speakTheirs(step: Step, { chosenLanguage }: Guest): Step {
  if (chosenLanguage === null) return step;
  step.context.usualLanguage = chosenLanguage;
  return speakAnew(step);
}

/** The same where nothing else is asked about the guest whom the page knows. */
export function speakToKnown(step: Step): Step {
  const { knownGuestId } = step.context;
  const guest =
    knownGuestId === null ? null : step.portal.store.read((tx) => findGuest(tx, knownGuestId));
  return guest ? speakTheirs(step, guest) : step;
}

/** Whoever asked for a code in another language than their browser's chose that one: their sheet has closed since. */
export function speakAsAsked(step: Step, { language }: PendingCode): Step {
  if (step.context.language !== null || language === step.language) return step;
  step.context.usualLanguage = language;
  return speakAnew(step);
}

/**
 * What a guest chose, now or on this device before it was known to be theirs, is their language from here
 * on: at the next visit, on another device, and for the cloud.
 */
export function keepLanguage(tx: Transaction, { context }: Step, guestId: string): void {
  const language = context.language ?? context.usualLanguage ?? null;
  if (language === null) return;
  const { deviceId, arrival, terms } = context;
  const termsVersion = terms?.version ?? null;
  keepChosenLanguage(tx, { guestId, deviceId, nasId: arrival.nasId, language, termsVersion });
}

/** The same of a page after access, whose guest has only just chosen. Null: there is nothing to keep. */
export function findNewChoice(step: Step): (() => void) | null {
  const { context, portal } = step;
  const guestId = whoseIs(context);
  if (guestId === null || context.language === null) return null;
  const guest = portal.store.read((tx) => findGuest(tx, guestId));
  if (!guest || guest.chosenLanguage === context.language) return null;
  return () => portal.store.transaction((tx) => keepLanguage(tx, step, guestId));
}

/** Whom a page after access is of. */
export const whoseIs = ({ admitted, knownGuestId }: PageContext): string | null =>
  admitted?.guestId ?? knownGuestId;
