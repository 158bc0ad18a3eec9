import { Type } from "typebox";
import { ADVERT_EVENT, AdvertEventId, AdvertTags } from "../advert-tags.ts";
import { Id, VersionNumber } from "../personal.ts";

/** A guest who agreed to adverts was given a page with the company's tags, once for each visit. */
export const advertTagShown = Type.Object({
  /** Told by the browser's copy as well: who hears of both takes them for one. */
  advertEventId: AdvertEventId,
  name: Type.Literal(ADVERT_EVENT),
  visitId: Id,
  guestId: Id,
  ...AdvertTags.properties,
  /** The consent that it rests on: the exact text the guest agreed to. */
  textVersion: VersionNumber,
  textSha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});
