// An access controller's end of RADIUS, for whoever plays one: the demonstration and its tests.

export { type GatewayConfig, readConfig } from "./config.ts";
export { type FilterConfig, readFilterConfig } from "./filter/config.ts";
export { findUplink } from "./filter/host.ts";
export { isInterface } from "./filter/network.ts";
export type { FilterAnswer, FilterRequest } from "./filter/requests.ts";
export {
  listenForOrders,
  type OrderKind,
  type OrderListener,
  openRadiusLink,
  type RadiusLink,
  type RadiusLinkOptions,
} from "./nas/radius-link.ts";
export {
  type AccountedSession,
  causes,
  changeLimits,
  describeNas,
  describeSession,
  describeStation,
  isVolumeUsedUp,
  type NasIdentity,
  readInterimSeconds,
  readLimits,
  type SessionLimits,
} from "./nas/records.ts";
