import { type Static, Type } from "typebox";
import { nasCommon } from "./nas-place.ts";
import { Url } from "./personal.ts";

/** Where the box calls a controller. Nothing that a guest's browser brings chooses another place. */
export const controllerPlace = {
  /** Its origin, such as https://10.1.0.5:8443. */
  controllerUrl: Url,
  /**
   * SHA-256 over its certificate (DER), 64 hex digits in lower case: the one certificate that is
   * believed, whoever signed it. Absent: an authority that the box knows has to have signed it.
   */
  certificateSha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
};

/** How the box shows who it is to Ruckus's portal interface, and what redirects call that. */
export const northbound = {
  requestPassword: Type.String({ minLength: 1, maxLength: 128 }),
  /** `nbiIP` as its redirect says it, where that is not the host of `controllerUrl`. */
  nbiAddress: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9.:-]{1,253}$" })),
};

/** What people chose themselves, on equipment of their own: it may be as short as that takes. */
const Password = Type.String({ minLength: 1, maxLength: 128 });
const Name = Type.String({ minLength: 1, maxLength: 128 });

/** UniFi's hotspot with an external portal. The box calls the console; its source may be empty. */
export const UnifiNas = Type.Object({
  ...nasCommon,
  ...controllerPlace,
  kind: Type.Literal("unifi"),
  /** As its redirect names it: /guest/s/<site>/. */
  site: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
  /** Of the Integration API (Network 9.1.105 and later). Without one, the log-in below is used. */
  apiKey: Type.Optional(Type.String({ minLength: 8, maxLength: 256 })),
  /** A local administrator without a second factor: older consoles, and what the key cannot do. */
  logIn: Type.Optional(Type.Object({ username: Name, password: Password })),
});

/** TP-Link Omada (v4 and later) with an external portal server. Its source may be empty. */
export const OmadaNas = Type.Object({
  ...nasCommon,
  ...controllerPlace,
  kind: Type.Literal("omada"),
  /** The controller's id in the path of its API. Absent: a controller of v4, which has none. */
  omadacId: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9]{8,64}$" })),
  /** As its redirect names it. */
  site: Name,
  /** A hotspot operator, not an administrator. */
  operator: Type.Object({ username: Name, password: Password }),
  /**
   * In what the controller takes how long a guest is let in. The document of 6.2.10 says milliseconds, and
   * so did a controller that was tried; those of 4.1 to 6.2 say microseconds, with samples that count
   * milliseconds. The first guest's remaining time tells.
   */
  timeUnit: Type.Union([Type.Literal("microseconds"), Type.Literal("milliseconds")]),
  /**
   * An app of the Open API (5.12 and later, client mode): by it the box learns who is still online.
   * Absent: a session lasts until its time is over.
   */
  openApi: Type.Optional(
    Type.Object({ clientId: Name, clientSecret: Password, siteId: Type.Optional(Name) }),
  ),
});

/** Ruijie, Reyee and what else speaks WiFiDog: the gateway asks us whom to let in. */
export const WifidogNas = Type.Object({
  ...nasCommon,
  kind: Type.Literal("wifidog"),
  /** `gw_id`: of Ruijie and Reyee the serial number. It is asked from `source` alone. */
  gatewayId: Type.String({ pattern: "^[A-Za-z0-9._:-]{1,64}$" }),
  /** http://gw_address:gw_port, as guests reach the gateway. */
  loginOrigins: Type.Array(Url, { minItems: 1 }),
});

/**
 * RUCKUS One with a WISPr portal and no RADIUS: it lets in whom the box names, and asks nobody. It is
 * told no limits, and accounts for nothing. Its source may be empty.
 */
export const RuckusOneNas = Type.Object({
  ...nasCommon,
  ...controllerPlace,
  kind: Type.Literal("ruckus-one"),
  ...northbound,
});

export type RuckusOneNas = Static<typeof RuckusOneNas>;
export type UnifiNas = Static<typeof UnifiNas>;
export type OmadaNas = Static<typeof OmadaNas>;
export type WifidogNas = Static<typeof WifidogNas>;

/** What a schema cannot say of a controller; null when there is nothing. */
export function findControllerFault(
  nas: { kind: string } & Partial<
    Pick<UnifiNas, "controllerUrl" | "certificateSha256" | "apiKey" | "logIn"> &
      Pick<OmadaNas, "openApi" | "omadacId">
  >,
): string | null {
  const { kind, controllerUrl, certificateSha256, apiKey, logIn } = nas;
  if (controllerUrl === undefined) return null;
  const url = URL.parse(controllerUrl);
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== controllerUrl)
    return "controllerUrl is not an origin: give https://host:port alone";
  // SmartZone offers http as well, and its password lets nobody administer it.
  if (url.protocol === "http:" && kind !== "ruckus-controller")
    return "controllerUrl is not https: the log-in would go over the network in clear";
  if (url.protocol === "http:" && certificateSha256 !== undefined)
    return "certificateSha256 is set though controllerUrl is not https: there is no certificate";
  if (kind === "unifi" && !apiKey && !logIn)
    return "apiKey is missing, and so is logIn: the box could let nobody in";
  if (nas.openApi && !nas.omadacId)
    return "openApi is set though omadacId is not: a controller of v4 has no Open API";
  return null;
}

/** Two that a redirect could not tell apart: guests of one would be let in on the other. */
export function findSharedRedirect(list: readonly { kind: string }[]): string | null {
  const seen = new Set<string>();
  for (const [index, nas] of list.entries()) {
    const named = nas as { site?: string; gatewayId?: string };
    const name = named.site ?? named.gatewayId;
    if (name === undefined) continue;
    const field = named.site === undefined ? "gatewayId" : "site";
    const key = `${nas.kind} ${name}`;
    if (seen.has(key))
      return `/nas/${index}/${field} is that of another NAS of this kind: a redirect names no more`;
    seen.add(key);
  }
  return findSharedRuckus(list);
}

/** Of RUCKUS One with and without RADIUS at one nbiIP nobody could say which one a redirect means. */
function findSharedRuckus(list: readonly { kind: string }[]): string | null {
  const nbiOf = (nas: object) => {
    const { nbiAddress, controllerUrl = "" } = nas as Partial<RuckusOneNas>;
    return (nbiAddress ?? URL.parse(controllerUrl)?.hostname ?? "").toLowerCase();
  };
  const all = list.filter(({ kind }) => kind === "ruckus-one" || kind === "ruckus-controller");
  for (const [index, nas] of list.entries()) {
    if (nas.kind !== "ruckus-one") continue;
    if (all.some((other) => other !== nas && nbiOf(other) === nbiOf(nas)))
      return `/nas/${index}/nbiAddress is that of another Ruckus: a redirect names no more`;
  }
  return null;
}
