import type { TlsTunnel } from "./tls-tunnel.ts";

/** MSK and EMSK, of 64 octets each (RFC 3748 §7.10). */
const KEY_MATERIAL_BYTES = 128;

/**
 * The octets a tunnelled method makes its keys of: by RFC 5281 §8 and PEAP's own label on TLS 1.2,
 * by RFC 9427 §2.1 with the method's type as context on TLS 1.3.
 */
export function keyMaterial(tunnel: TlsTunnel, type: number, tls12Label: string): Buffer {
  return tunnel.isTls13()
    ? tunnel.exportKey(KEY_MATERIAL_BYTES, "EXPORTER_EAP_TLS_Key_Material", Buffer.of(type))
    : tunnel.exportKey(KEY_MATERIAL_BYTES, tls12Label);
}
