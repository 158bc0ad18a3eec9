import { type Static, Type } from "typebox";

/** As Meta's Events Manager shows it: the digits alone. */
export const MetaPixelId = Type.String({ pattern: "^[1-9][0-9]{9,19}$" });
/** A Google tag, an Analytics stream or an Ads account, as Google shows them. */
export const GoogleTagId = Type.String({
  pattern: "^(G-[A-Z0-9]{6,12}|GT-[A-Z0-9]{6,14}|AW-[0-9]{8,12})$",
});

/** 128 random bits, in base64url: nothing of a guest is in it, and nobody guesses it. */
export const AdvertEventId = Type.String({ pattern: "^[A-Za-z0-9_-]{22}$" });

/** What the tags tell of: somebody who agreed to adverts has come, and is online. */
export const ADVERT_EVENT = "GuestVisit";

/** By whose tags a branch tells its advertisers of visits; null: not by those. */
export const AdvertTags = Type.Object({
  metaPixelId: Type.Union([MetaPixelId, Type.Null()]),
  googleTagId: Type.Union([GoogleTagId, Type.Null()]),
});
export type AdvertTags = Static<typeof AdvertTags>;
