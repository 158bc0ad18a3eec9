import { type Static, Type } from "typebox";

export const ProfileParams = Type.Object({ id: Type.String({ format: "uuid" }) });
export const ProfileLinkReply = Type.Object({
  url: Type.String({ description: "Shown once: only its hash is kept" }),
  expiresAt: Type.String({ format: "date-time", description: "ISO 8601, UTC" }),
});
export type ProfileLinkReply = Static<typeof ProfileLinkReply>;
