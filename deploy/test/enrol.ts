import type { BoxEnrolment } from "@foyer/branch-store";
import { askForIdentity, makeBoxKey, readBoxKey } from "@foyer/sync-agent";

/** What staff are shown when they add a box. */
export type AddedBox = { offer: { cloudUrl: string; enrolmentCode: string } };

/** A box's identity and the private half of its key. */
export type Enrolment = BoxEnrolment & { boxKey: string };

/** Enrols a new box by the code that staff were shown, as venue IT does. */
export async function enrolBox({ offer }: AddedBox): Promise<Enrolment> {
  const boxKey = makeBoxKey();
  const key = readBoxKey(boxKey);
  if (!key) throw new Error("a key that was just made cannot be read");
  const { cloudUrl, enrolmentCode: code } = offer;
  const enrolled = await askForIdentity({ cloudUrl, code }, key);
  if (enrolled.kind === "refused") throw new Error(enrolled.reason);
  return { ...enrolled.identity, boxKey };
}
