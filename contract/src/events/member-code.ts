import { Type } from "typebox";
import { MemberCodeHash, MemberCodeSalt } from "../member-codes.ts";
import { Id } from "../personal.ts";

/** A guest who had proved their number was given a member's code; the one before is over. */
export const memberCodeIssued = Type.Object({
  guestId: Id,
  deviceId: Id,
  codeId: Id,
  /** Both are absent where the guest was forgotten before this reached the cloud. */
  salt: Type.Optional(MemberCodeSalt),
  hash: Type.Optional(MemberCodeHash),
});
