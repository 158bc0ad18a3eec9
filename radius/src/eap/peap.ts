import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createInnerEap } from "./inner-eap.ts";
import { keyMaterial } from "./keys.ts";
import { type EapPacket, eapCodes, eapTypes, encodeEapRequest, readResponse } from "./packet.ts";
import { type FindPassword, type InnerStep, type InnerTalk, refuse } from "./phase2.ts";
import type { TlsTunnel } from "./tls-tunnel.ts";

/** MS-PEAP §2.2.8: what ends the talk, under the tunnel's protection. */
const tlvTypes = { result: 3, cryptoBinding: 12 } as const;
const TLV_TYPE_MASK = 0x3fff;
const TLV_MANDATORY = 0x8000;
const RESULT_SUCCESS = 1;
const BINDING_REQUEST = 0;
const BINDING_RESPONSE = 1;
/** Reserved, version, received version, subtype, nonce, compound MAC. */
const NONCE_BYTES = 32;
const MAC_BYTES = 20;
const BINDING_BYTES = 4 + NONCE_BYTES + MAC_BYTES;

/** PEAP version 0 once its tunnel is open. */
export function openPeap(tunnel: TlsTunnel, findPassword: FindPassword): InnerTalk {
  const eap = createInnerEap(findPassword);
  const material = keyMaterial(tunnel, eapTypes.peap, "client EAP encryption");
  let hasBegun = false;
  let ending: { userName: string; keys: BindingKeys; identifier: number } | null = null;
  const end = (userName: string, methodKey: Buffer | null): InnerStep => {
    const keys = bindingKeys(material, methodKey ?? Buffer.alloc(32));
    const [identifier = 0] = randomBytes(1);
    ending = { userName, keys, identifier };
    const body = Buffer.concat([
      encodeTlv(tlvTypes.result, Buffer.of(0, RESULT_SUCCESS)),
      encodeBinding(keys.mac),
    ]);
    return { kind: "send", plain: encodeEapRequest(identifier, eapTypes.tlv, body) };
  };
  return {
    receive: async (plain) => {
      if (plain.length === 0) {
        if (hasBegun) return refuse("inner-garbage");
        hasBegun = true;
        return { kind: "send", plain: Buffer.of(eapTypes.identity) };
      }
      const response = readInner(plain);
      if (!hasBegun || !response) return refuse("inner-garbage");
      if (ending) {
        const { userName, keys } = ending;
        const isRight = response.identifier === ending.identifier;
        const masterKey = isRight ? agreedKey(response, { keys, material }) : null;
        return masterKey ? { kind: "proved", userName, masterKey } : refuse("inner-garbage");
      }
      const step = await eap.receive(response);
      if (step.kind === "refused") return step;
      if (step.kind === "proved") return end(step.userName, step.methodKey);
      return { kind: "send", plain: Buffer.concat([Buffer.of(step.type), step.body]) };
    },
  };
}

/** Version 0 leaves the header of EAP away inside, but not where TLVs are carried; some never do. */
function readInner(plain: Buffer): EapPacket | null {
  const whole = readResponse(plain);
  if (whole && plain.readUInt16BE(2) === plain.length) return whole;
  const type = plain[0] as number;
  return { code: eapCodes.response, identifier: 0, type, body: plain.subarray(1) };
}

/**
 * The master session key the peer agrees to: of the tunnel bound to the inner method, or of the
 * tunnel alone when the peer leaves Crypto-Binding out, as old ones do. Null when it does not agree.
 */
function agreedKey(
  { type, body }: EapPacket,
  { keys, material }: { keys: BindingKeys; material: Buffer },
): Buffer | null {
  const tlvs = type === eapTypes.tlv ? readTlvs(body) : null;
  const result = tlvs?.get(tlvTypes.result);
  if (result?.length !== 2 || result.readUInt16BE(0) !== RESULT_SUCCESS) return null;
  const binding = tlvs?.get(tlvTypes.cryptoBinding);
  if (!binding) return material.subarray(0, 64);
  const isBound =
    binding.length === BINDING_BYTES &&
    binding[3] === BINDING_RESPONSE &&
    timingSafeEqual(binding.subarray(-MAC_BYTES), compoundMac(keys.mac, binding));
  return isBound ? sessionKey(keys) : null;
}

function readTlvs(body: Buffer): Map<number, Buffer> | null {
  const tlvs = new Map<number, Buffer>();
  let at = 0;
  while (at < body.length) {
    if (body.length - at < 4) return null;
    const end = at + 4 + body.readUInt16BE(at + 2);
    if (end > body.length) return null;
    tlvs.set(body.readUInt16BE(at) & TLV_TYPE_MASK, body.subarray(at + 4, end));
    at = end;
  }
  return tlvs;
}

function encodeTlv(type: number, value: Buffer, flags = TLV_MANDATORY): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type | flags, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

function encodeBinding(mac: Buffer): Buffer {
  const value = Buffer.concat([
    Buffer.of(0, 0, 0, BINDING_REQUEST),
    randomBytes(NONCE_BYTES),
    Buffer.alloc(MAC_BYTES),
  ]);
  value.set(compoundMac(mac, value), value.length - MAC_BYTES);
  return encodeTlv(tlvTypes.cryptoBinding, value, 0);
}

/** MS-PEAP §3.1.5.5: over the whole TLV with its MAC as zeros, and the type of PEAP. */
function compoundMac(key: Buffer, value: Buffer): Buffer {
  const zeroed = Buffer.from(value);
  zeroed.fill(0, zeroed.length - MAC_BYTES);
  return createHmac("sha1", key)
    .update(encodeTlv(tlvTypes.cryptoBinding, zeroed, 0))
    .update(Buffer.of(eapTypes.peap))
    .digest();
}

/** MS-PEAP §3.1.5.5.2: `mac` is CMK, `session` IPMK. */
type BindingKeys = { mac: Buffer; session: Buffer };

function bindingKeys(material: Buffer, methodKey: Buffer): BindingKeys {
  const seed = Buffer.concat([Buffer.from("Inner Methods Compound Keys"), methodKey]);
  const keys = expand(material.subarray(0, 40), seed, 60);
  return { session: keys.subarray(0, 40), mac: keys.subarray(40) };
}

/** MS-PEAP §3.1.5.7; the label ends with a NUL here and not above. */
function sessionKey({ session }: BindingKeys): Buffer {
  return expand(session, Buffer.from("Session Key Generating Function\0"), 64);
}

/** PRF+ of MS-PEAP §3.1.5.5.2.2. */
function expand(key: Buffer, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = [];
  let last: Buffer = Buffer.alloc(0);
  for (let counter = 1; blocks.length * MAC_BYTES < length; counter++) {
    last = createHmac("sha1", key)
      .update(last)
      .update(seed)
      .update(Buffer.of(counter, 0, 0))
      .digest();
    blocks.push(last);
  }
  return Buffer.concat(blocks).subarray(0, length);
}
