import { type Static, Type } from "typebox";
import {
  controllerPlace,
  northbound,
  OmadaNas,
  RuckusOneNas,
  UnifiNas,
  WifidogNas,
} from "./controller-settings.ts";
import { nasCommon, Secret } from "./nas-place.ts";
import { readNetwork } from "./network.ts";
import { Url } from "./personal.ts";

/** What an order may name a session by (RFC 5176 §3). */
export const SessionName = Type.Union([
  Type.Literal("Acct-Session-Id"),
  Type.Literal("User-Name"),
  Type.Literal("Calling-Station-Id"),
  Type.Literal("Framed-IP-Address"),
]);
export type SessionName = Static<typeof SessionName>;

/** How a MAC is written. */
export const MacForm = Type.Union([
  Type.Literal("AA-BB-CC-DD-EE-FF"),
  Type.Literal("aa-bb-cc-dd-ee-ff"),
  Type.Literal("AA:BB:CC:DD:EE:FF"),
  Type.Literal("aa:bb:cc:dd:ee:ff"),
  Type.Literal("AABBCCDDEEFF"),
  Type.Literal("aabbccddeeff"),
  Type.Literal("aabb.ccdd.eeff"),
]);
export type MacForm = Static<typeof MacForm>;

/** What every NAS that speaks RADIUS has. */
const radiusFields = {
  radiusSecret: Secret,
  /**
   * NAS-Identifier, called `nasid` in CoovaChilli's redirect. It tells apart those that come from
   * one source, as behind NAT; the one whose is empty is then taken for all that name no other.
   */
  nasIdentifier: Type.String({ maxLength: 253 }),
  /**
   * Where it listens for Disconnect-Request and CoA-Request (RFC 5176); null when it does not.
   * Absent: where its vendor's usually do.
   */
  disconnectPort: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: 65535 }), Type.Null()]),
  ),
  /** What names a session in those. Absent: what its vendor's usually go by. */
  sessionNames: Type.Optional(Type.Array(SessionName, { minItems: 1, uniqueItems: true })),
  /** How it writes a MAC. Absent: AA-BB-CC-DD-EE-FF (RFC 3580 §3.21). */
  macForm: Type.Optional(MacForm),
  /**
   * Whether its log-ins must carry Message-Authenticator. Absent or auto: once it was seen to send
   * one, which only a NAS with a single address can be.
   */
  messageAuthenticator: Type.Optional(
    Type.Union([Type.Literal("yes"), Type.Literal("no"), Type.Literal("auto")]),
  ),
  /** The DNS name or common name of its certificate, where it speaks RadSec (RFC 6614). */
  radsecName: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
};

export const CoovaNas = Type.Object({
  ...nasCommon,
  ...radiusFields,
  kind: Type.Literal("coova"),
  /** Empty when the NAS has no uamsecret; then its redirects are unsigned and prove nothing. */
  uamSecret: Type.String({ maxLength: 128 }),
  /** The uamserver URL exactly as configured on the NAS: what its `md` is computed over. */
  uamServer: Url,
  /** The origins the browser may be handed back to, such as http://10.1.0.1:3990. */
  loginOrigins: Type.Array(Url, { minItems: 1 }),
  handBack: Type.Union([Type.Literal("chap"), Type.Literal("pap")]),
});

/** Whose attributes a NAS understands; `plain` is one of which nothing is known. */
export const RadiusVendor = Type.Union([
  Type.Literal("airespace"),
  Type.Literal("aruba"),
  Type.Literal("cambium"),
  Type.Literal("chillispot"),
  Type.Literal("cisco"),
  Type.Literal("fortinet"),
  Type.Literal("meraki"),
  Type.Literal("mikrotik"),
  Type.Literal("opnsense"),
  Type.Literal("pfsense"),
  Type.Literal("plain"),
  Type.Literal("ruckus"),
  Type.Literal("tp-link"),
]);
export type RadiusVendor = Static<typeof RadiusVendor>;

/**
 * Access points that ask RADIUS and lead no browser to the portal: 802.1X, MAC authentication, or a
 * log-in page of their own.
 */
export const VendorNas = Type.Object({
  ...nasCommon,
  ...radiusFields,
  kind: Type.Literal("radius"),
  vendor: RadiusVendor,
});

/** Whose log-in page is elsewhere, and whose browser then brings the name and password to the NAS. */
export const WebLoginVendor = Type.Union([
  Type.Literal("alcatel"),
  Type.Literal("aruba"),
  Type.Literal("aruba-instant-on"),
  Type.Literal("cambium"),
  Type.Literal("cisco"),
  Type.Literal("d-link"),
  Type.Literal("draytek"),
  Type.Literal("fortinet"),
  Type.Literal("grandstream"),
  Type.Literal("huawei"),
  Type.Literal("meraki"),
  Type.Literal("mikrotik"),
  Type.Literal("ruckus"),
  Type.Literal("tp-link"),
  Type.Literal("zyxel"),
]);
export type WebLoginVendor = Static<typeof WebLoginVendor>;

/** A word of a query or a form, as the maker's equipment writes it. */
const ParameterName = Type.String({ pattern: "^[A-Za-z0-9_.-]{1,64}$" });

/** Access points that lead browsers here, take the log-in from the browser and ask RADIUS about it. */
export const WebLoginNas = Type.Object({
  ...nasCommon,
  ...radiusFields,
  kind: Type.Literal("web-login"),
  vendor: WebLoginVendor,
  /** The origins the browser may bring a log-in to, such as http://10.5.50.1. */
  loginOrigins: Type.Array(Url, { minItems: 1 }),
  /** MikroTik's `login-by`. Absent: http-pap. */
  mikrotikLogin: Type.Optional(Type.Union([Type.Literal("http-pap"), Type.Literal("http-chap")])),
  /** Where it says, beside what its maker documents, that it refused a log-in. */
  errorParameter: Type.Optional(ParameterName),
  /** What it calls name and password, where its maker does not say. Absent: username, password. */
  usernameField: Type.Optional(ParameterName),
  passwordField: Type.Optional(ParameterName),
  /** Absent: its vendor's. */
  radiusVendor: Type.Optional(RadiusVendor),
});

/**
 * Meraki with a click-through splash page. Whoever knows the address in its redirect lets themselves
 * in: it is for an SSID whose own rules are enough.
 */
export const MerakiClickThroughNas = Type.Object({
  ...nasCommon,
  kind: Type.Literal("meraki-click-through"),
  /** The origins of base_grant_url, such as https://n143.network-auth.com. */
  loginOrigins: Type.Array(Url, { minItems: 1 }),
  /** Whether it is told how long the session may last; whether it heeds that was not verified. */
  tellsDuration: Type.Boolean(),
});

export const OpenndsNas = Type.Object({
  ...nasCommon,
  kind: Type.Literal("opennds"),
  /** 12 hex digits, lower case, as `gatewaymac` says it. The gateway's name is not stable. */
  gatewayMac: Type.String({ pattern: "^[0-9a-f]{12}$" }),
  /**
   * How it leads guests here and is answered: 1 in clear, 2 encrypted, both answered by the browser;
   * 3 as 2 and 4 as 1, over https, where the gateway asks us whom to let in (authmon).
   */
  fasLevel: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3), Type.Literal(4)]),
  fasKey: Secret,
  /**
   * At levels 3 and 4, where several gateways ask from one `source`: the whole name as the redirect
   * says it, decoded, such as "LabShop Node:7266965dd10f ". Absent: `source` alone tells.
   */
  gatewayName: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  loginOrigins: Type.Array(Url, { minItems: 1 }),
});

/**
 * Ruckus SmartZone, vSZ and RUCKUS One with a WISPr portal: the box tells the controller of a guest,
 * and the controller asks RADIUS.
 */
export const RuckusControllerNas = Type.Object({
  ...nasCommon,
  ...radiusFields,
  ...controllerPlace,
  kind: Type.Literal("ruckus-controller"),
  service: Type.Union([Type.Literal("smartzone"), Type.Literal("ruckus-one")]),
  ...northbound,
});

/**
 * Cisco's central web authentication: the controller asks RADIUS about each device, RADIUS answers to
 * whom it does not know with the portal's address, and has it ask again once the guest may go online.
 */
export const CiscoCwaNas = Type.Object({
  ...nasCommon,
  ...radiusFields,
  kind: Type.Literal("cisco-cwa"),
  /** Where the controller leads guests' browsers: an origin of the portal's as guests reach it. */
  portalOrigin: Type.String({ pattern: "^https?://[A-Za-z0-9.:\\[\\]-]{1,100}$" }),
  /** What radius seals in the portal's address under. The controller is not told it. */
  redirectSecret: Secret,
  /** The access list on the controller that says what is led there (`url-redirect-acl`). */
  redirectAcl: Type.String({ pattern: "^[A-Za-z0-9_.-]{1,64}$" }),
});

/** A name, as a walled garden opens it with all below it (RFC 1123 §2.1). */
const GardenName = Type.String({
  pattern:
    "^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$",
});

/** The box itself, where the access points only bridge: it leads guests, lets them in and counts. */
export const GatewayNas = Type.Object({
  ...nasCommon,
  ...radiusFields,
  kind: Type.Literal("gateway"),
  /** What the gateway seals in the portal's address under. */
  redirectSecret: Secret,
  /** What may be reached before a guest is let in, such as the page of a payment. */
  walledGarden: Type.Array(GardenName, { maxItems: 500, uniqueItems: true }),
});

/** An access controller of the branch. */
export const Nas = Type.Union([
  CoovaNas,
  OpenndsNas,
  VendorNas,
  WebLoginNas,
  MerakiClickThroughNas,
  UnifiNas,
  OmadaNas,
  WifidogNas,
  RuckusControllerNas,
  RuckusOneNas,
  CiscoCwaNas,
  GatewayNas,
]);
export type CiscoCwaNas = Static<typeof CiscoCwaNas>;
export type GatewayNas = Static<typeof GatewayNas>;
export type CoovaNas = Static<typeof CoovaNas>;
export type OpenndsNas = Static<typeof OpenndsNas>;
export type RuckusControllerNas = Static<typeof RuckusControllerNas>;
export type VendorNas = Static<typeof VendorNas>;
export type WebLoginNas = Static<typeof WebLoginNas>;
export type MerakiClickThroughNas = Static<typeof MerakiClickThroughNas>;
export type Nas = Static<typeof Nas>;

/**
 * Of a packet that two NAS could have sent nobody can say whose secret checks it, unless both come
 * by RadSec, where their certificates tell.
 */
export function findSharedSource(list: readonly Nas[]): string | null {
  const seen = new Map<string, boolean>();
  for (const [index, nas] of list.entries()) {
    if (!("radiusSecret" in nas)) continue;
    const { source, nasIdentifier, radsecName } = nas;
    const network = readNetwork(source);
    if (network === null) continue;
    const key = `${network} ${nasIdentifier}`;
    const isOthersByName = seen.get(key);
    const isByName = radsecName !== undefined;
    if (isOthersByName !== undefined && !(isByName && isOthersByName))
      return `/nas/${index}/nasIdentifier is that of another NAS with the source ${source}`;
    seen.set(key, isByName && (isOthersByName ?? true));
  }
  return null;
}
