// The bytes of RADIUS, for whoever plays an access controller: the demo and its tests.
export {
  checkMessageAuthenticator,
  encodeReply,
  encodeRequest,
  isAuthenticatorRight,
  prepareSecret,
  type SecretKey,
} from "./protocol/authenticator.ts";
export { codes, serviceTypes, statusTypes } from "./protocol/dictionary.ts";
export {
  authenticatorOf,
  decodePacket,
  type Packet,
  type RawAttribute,
} from "./protocol/packet.ts";
export { hidePassword } from "./protocol/password.ts";
export { attribute, findValue } from "./protocol/values.ts";
