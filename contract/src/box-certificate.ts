import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { orNull } from "./or-null.ts";
import { Timestamp } from "./personal.ts";

/** RFC 1918: a name that leads to a stranger's address is nobody's to have made. */
const OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const PRIVATE_IPV4 = `^(10\\.${OCTET}|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)(\\.${OCTET}){2}$`;

/** What a box asks about its public name. Its private key stays where it is. */
export const CertificateCall = Type.Object({
  /** PKCS #10 as PEM, for the name that the cloud gave it and no other. Absent: it only asks. */
  csr: Type.Optional(Type.String({ maxLength: 8000 })),
  /** Where guests reach it, IPv4 of a private network. Absent: it is not known, or not by an address. */
  address: Type.Optional(Type.String({ pattern: PRIVATE_IPV4 })),
  /** Until when what it serves is good; null: it serves none. */
  servedUntil: orNull(Timestamp),
});
export type CertificateCall = Static<typeof CertificateCall>;

export const CertificateReply = Type.Object({
  /** Null: this cloud gets no certificates. */
  name: orNull(Type.String({ maxLength: 253 })),
  state: Type.Union([Type.Literal("named"), Type.Literal("ordered"), Type.Literal("issued")]),
  /** PEM, the box's own first; null: there is none yet. It may be for a key before. */
  chain: orNull(Type.String({ maxLength: 65_536 })),
  /** Why it takes longer, in English; null: it does not. */
  trouble: orNull(Type.String({ maxLength: 400 })),
});
export type CertificateReply = Static<typeof CertificateReply>;

const compiledReply = Compile(CertificateReply);

/** Null: not the cloud's answer. */
export function readCertificateReply(value: unknown): CertificateReply | null {
  return compiledReply.Check(value) ? value : null;
}
