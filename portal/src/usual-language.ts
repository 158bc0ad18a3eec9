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
  Object.assign(step.context, { usualLanguage: chosenLanguage, askedLanguage: null });
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
  step.context.askedLanguage = language;
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

/** In which it is counted how often a guest chooses on the page after access. */
export const LANGUAGE_CHOICES_STRETCH_MS = 15 * 60 * 1000;
/** As often as somebody looks for their own; a link may be followed without end. */
const LANGUAGE_CHOICES_MAX = 6;

/**
 * The same of a page after access, whose guest has only just chosen. Null: there is nothing to keep. Who
 * goes on and on is spoken to as they choose, and no more of it is kept.
 */
export function findNewChoice(step: Step): (() => void) | null {
  const { context, portal } = step;
  const guestId = whoseIs(context);
  if (guestId === null || context.language === null) return null;
  const guest = portal.store.read((tx) => findGuest(tx, guestId));
  if (!guest || guest.chosenLanguage === context.language) return null;
  return () => {
    const count = portal.countLanguageChoices(guestId, step.now.getTime());
    if (count <= LANGUAGE_CHOICES_MAX)
      portal.store.transaction((tx) => keepLanguage(tx, step, guestId));
  };
}

/** Whom a page after access is of. */
export const whoseIs = ({ admitted, knownGuestId }: PageContext): string | null =>
  admitted?.guestId ?? knownGuestId;
