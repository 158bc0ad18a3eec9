import {
  findText,
  type Onward,
  offersAccessCode,
  readOfferedWays,
  viewReturning,
  viewSignIn,
  type WayInView,
} from "@foyer/blocks";
import type { Seen } from "./preview.ts";

/**
 * The way in as a box shows it below a page's blocks: to a stranger the form of the branch's first way
 * in, and one tap to somebody known, whose device is proved.
 */
export function viewWayIn(
  { settings, language, visitNumber, standing, isOwn }: Seen,
  t: Onward["t"],
): WayInView {
  // Nothing is carried along: nobody came, and nothing is sent.
  const onward: Onward = { t, hrefOf: (path) => `${path}?c=` };
  const { languages: branchLanguages } = settings.branch;
  const terms = findText(settings.legalTexts, "terms", { language, branchLanguages });
  const { agreedTerms, hasNumber } = standing;
  if (visitNumber !== null)
    return viewReturning(onward, {
      terms: terms && agreedTerms < terms.version ? terms : null,
      ...{ termsFault: null, isOwn, offersAccessCode: offersAccessCode(settings) },
      member: settings.memberWifi?.enabled && hasNumber ? onward.hrefOf("/member") : null,
    });
  return viewSignIn(onward, {
    ...{ offered: readOfferedWays(settings), terms, faults: {}, isOwn, accessCode: "" },
  });
}
