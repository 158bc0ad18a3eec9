import {
  type Asking,
  type CodeView,
  chooseAsking,
  chooseWay,
  codeWaysOf,
  drawCode,
  drawDetails,
  findText,
  maskEmail,
  maskNumber,
  type Onward,
  OPTIONAL_PURPOSES,
  offersSms,
  phoneExampleOf,
  readOfferedWays,
  type ShownText,
  sayerOf,
  USUAL_DETAILS,
  viewCode,
  viewDetails,
} from "@foyer/blocks";
import { listAskedTexts } from "@foyer/contract";
import type { Seen } from "./preview.ts";
import type { StepMissing } from "./schema.ts";

/** Whose address stands for the guest's; the number is the example of the branch's country. */
const EXAMPLE_EMAIL = "lan@example.com";

type Place = Pick<Seen, "settings" | "language" | "visitNumber" | "standing" | "now">;

/** Why somebody meets no page of this kind here; null: they do. */
export function findMissing(step: "code" | "details", seen: Place): StepMissing | null {
  const isKnown = seen.visitNumber !== null;
  if (isKnown && step === "code") return "known";
  const way = firstWayOf(seen);
  if (!isKnown && way !== "phone" && way !== "email") return way;
  if (step === "code") return null;
  if (findAsking(seen) !== null) return null;
  return isKnown ? "known-asked-nothing" : "asked-nothing";
}

/** What stands in <main> of a page between the first and the one after access, by the box's own code. */
export function drawStep(step: "code" | "details", seen: Place): { heading: string; html: string } {
  const { language, settings } = seen;
  const t = sayerOf(language);
  // Nothing is carried along: nobody came, and nothing is sent.
  const onward: Onward = { t, hrefOf: (path) => `${path}?c=` };
  if (step === "code") {
    const html = drawCode({ ...viewSentCode(onward, seen), t, sealed: "" });
    return { heading: t("code.title"), html };
  }
  const asking = findAsking(seen) ?? { fields: [], consents: false };
  const spoken = { ...onward, language, branchLanguages: settings.branch.languages };
  const texts = listOptionalTexts(seen);
  const view = viewDetails(spoken, { ...asking, values: () => "", faults: {}, texts });
  return { heading: view.heading, html: drawDetails({ ...view, t, sealed: "" }) };
}

/** A guest who has just ticked the terms, and whose message the first of the branch's ways brought. */
function viewSentCode(onward: Onward, seen: Place): CodeView {
  const { branch, signIn } = seen.settings;
  const { channels, codeSeconds } = signIn.phone;
  const isEmail = firstWayOf(seen) === "email";
  const number = maskNumber(phoneExampleOf(branch.country));
  const isByCloud = channels[0]?.kind === "cloud";
  return viewCode(onward, {
    to: isEmail ? maskEmail(EXAMPLE_EMAIL) : number || null,
    // A gateway of the box's own confirms nothing.
    way: isEmail ? "email" : isByCloud ? codeWaysOf(channels).first : null,
    ...{ isEmail, mayComeBySms: offersSms(channels), minutes: Math.ceil(codeSeconds / 60) },
    ...{ fault: null, notice: null, closed: null, typed: "", terms: null, termsFault: null },
  });
}

const firstWayOf = ({ settings }: Place) =>
  chooseWay({ offered: readOfferedWays(settings), faults: {} });

/**
 * What a box would ask them. How often it asked before is known to it alone: to somebody known the first
 * of the missing fields is shown.
 */
function findAsking(seen: Place): Asking | null {
  const { settings, visitNumber, standing, now } = seen;
  const isKnown = visitNumber !== null;
  const proved = !isKnown && firstWayOf(seen) === "email" ? ["email"] : [];
  const asking = chooseAsking({
    details: settings.signIn.details ?? USUAL_DETAILS,
    state: {
      given: new Set([...proved, ...(isKnown ? standing.given : [])]),
      ...{ proved: new Set(proved), asked: [], isKnown },
    },
    ...{ visitNumber: visitNumber ?? 1, hasConsents: listOptionalTexts(seen).length > 0, now },
  });
  return asking.fields.length > 0 || asking.consents ? asking : null;
}

function listOptionalTexts({ settings, language }: Place): ShownText[] {
  const texts = listAskedTexts(settings);
  const languages = { language, branchLanguages: settings.branch.languages };
  return OPTIONAL_PURPOSES.flatMap((purpose) => findText(texts, purpose, languages) ?? []);
}
