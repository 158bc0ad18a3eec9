import { type Static, Type } from "typebox";

/** Why there is no certificate yet. */
export const TroubleCode = Type.Union([
  Type.Literal("not-set-up"),
  Type.Literal("dns-unreachable"),
  Type.Literal("dns-refused"),
  Type.Literal("dns-not-seen"),
  Type.Literal("authority-unreachable"),
  Type.Literal("authority-limit"),
  Type.Literal("authority-refused"),
]);
export type TroubleCode = Static<typeof TroubleCode>;

export const BoxParams = Type.Object({ boxId: Type.String({ format: "uuid" }) });

const orNull = Type.Union([Type.String(), Type.Null()]);

export const BoxCertificate = Type.Object({
  timeZone: Type.String({ description: "Of the branch: for the times" }),
  isOffered: Type.Boolean({ description: "Whether this cloud gets certificates for boxes" }),
  name: orNull,
  state: Type.Union([Type.Literal("named"), Type.Literal("ordered"), Type.Literal("issued")], {
    description: "It has a name alone; a certificate was asked for; it has been given one",
  }),
  trouble: Type.Union([TroubleCode, Type.Null()], { description: "Why the last try failed" }),
  detail: orNull,
  nextTryAt: orNull,
  turnAt: Type.Union([Type.String(), Type.Null()], {
    description: "When its turn comes with the authority, about; null: it waits for none",
  }),
  validUntil: orNull,
  servedUntil: Type.Union([Type.String(), Type.Null()], {
    description: "What the box leads guests to is good until then; null: it leads them by http",
  }),
  heardAt: orNull,
  address: Type.Union([Type.String(), Type.Null()], {
    description: "Where the box says that guests reach it",
  }),
  publishesAddress: Type.Boolean({
    description: "Whether the name leads there for everybody; off: for guests of its own network",
  }),
  publishedAddress: orNull,
});
export const AddressChoice = Type.Object({ publishesAddress: Type.Boolean() });
export type BoxCertificate = Static<typeof BoxCertificate>;
