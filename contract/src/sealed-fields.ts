import { type Static, Type } from "typebox";

/** An X25519 key has 32 octets (RFC 7748 §5), base64url. */
const X25519Key = Type.String({ pattern: "^[\\w-]{43}$" });
/** The beginning of the SHA-256 of the key it names: see nameSealingKey. */
const KeyName = Type.String({ pattern: "^[\\w-]{16}$" });

/** The key to which a box seals what is personal in its events: the cloud alone has its other half. */
export const SealingKey = Type.Object({ id: KeyName, publicKey: X25519Key });
export type SealingKey = Static<typeof SealingKey>;

/** Number of the message under the encapsulated key, and its octets, base64url. */
const SealedField = Type.Tuple([
  Type.Integer({ minimum: 0 }),
  Type.String({ pattern: "^[\\w-]+$", maxLength: 200_000 }),
]);

/**
 * What is personal in one event, sealed (RFC 9180, base mode). Each of the payload's own fields with
 * something personal in it is sealed by itself, so that a box that can open none can take one out.
 */
export const SealedFields = Type.Object({
  key: KeyName,
  encapsulated: X25519Key,
  fields: Type.Record(Type.String({ pattern: "^[A-Za-z]+$" }), SealedField),
});
export type SealedFields = Static<typeof SealedFields>;

/** Takes one field out of what is sealed; null: nothing is left. */
export function withoutField(sealed: SealedFields, field: string): SealedFields | null {
  const { [field]: _gone, ...fields } = sealed.fields;
  return Object.keys(fields).length === 0 ? null : { ...sealed, fields };
}
