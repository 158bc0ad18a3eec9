import type { Nas, NasFields } from "./nas-fields.ts";

export type WebLoginNas = Extract<Nas, { kind: "web-login" }>;
export type WebLoginVendor = WebLoginNas["vendor"];
/** Sorted as they are called. */
export const WEB_LOGIN_VENDORS: readonly WebLoginVendor[] = [
  ...(["alcatel", "aruba", "aruba-instant-on", "cambium", "meraki", "cisco"] as const),
  ...(["d-link", "draytek", "fortinet", "grandstream", "huawei", "mikrotik"] as const),
  ...(["ruckus", "tp-link", "zyxel"] as const),
];

/** What a maker's log-in is usually at: an example, for many have it at an address of the branch. */
export const ORIGIN_EXAMPLES: Readonly<Record<WebLoginVendor, string>> = {
  alcatel: "http://cportal.al-enterprise.com",
  aruba: "https://securelogin.arubanetworks.com",
  "aruba-instant-on": "https://192.168.1.10",
  cambium: "http://192.168.1.10:880",
  cisco: "http://192.0.2.1",
  "d-link": "https://external.redirect.nuclias.com",
  draytek: "http://portal.draytek.com:8001",
  fortinet: "http://192.168.1.1:1000",
  grandstream: "http://cwp.gwnportal.cloud:8080",
  huawei: "http://192.168.1.10:8000",
  meraki: "https://n143.network-auth.com",
  mikrotik: "http://192.168.88.1",
  ruckus: "http://192.168.1.10:9997",
  "tp-link": "http://192.168.1.10:8088",
  zyxel: "http://nap-slogin.nebula.zyxel.com",
};

/** Makers that document how they say that they refused a log-in. */
const SAYS_ERRORS: readonly WebLoginVendor[] = ["cisco", "meraki", "mikrotik", "zyxel"];
/** Makers that do not document what they call name and password. */
const HIDES_NAMES: readonly WebLoginVendor[] = ["d-link", "zyxel"];

export function findWebLoginVendor({ webLoginVendor }: NasFields): WebLoginVendor {
  return WEB_LOGIN_VENDORS.find((each) => each === webLoginVendor) ?? "mikrotik";
}

/** The fields that this maker's have and others' have not. */
export function listOwnFields(vendor: WebLoginVendor): (keyof NasFields)[] {
  return [
    ...(vendor === "mikrotik" ? (["mikrotikLogin"] as const) : []),
    ...(HIDES_NAMES.includes(vendor) ? (["usernameField", "passwordField"] as const) : []),
    ...(SAYS_ERRORS.includes(vendor) ? [] : (["errorParameter"] as const)),
  ];
}

/** What the form holds of such a NAS beside what all that speak RADIUS have. */
export function readWebLogin(nas: WebLoginNas) {
  return {
    kind: nas.kind,
    webLoginVendor: nas.vendor,
    mikrotikLogin: nas.mikrotikLogin ?? "http-pap",
    errorParameter: nas.errorParameter ?? "",
    usernameField: nas.usernameField ?? "",
    passwordField: nas.passwordField ?? "",
    radiusVendor: nas.radiusVendor ?? "",
  };
}

/** Only what this maker's have: what was typed for another one before is left out. */
export function writeWebLogin(fields: NasFields) {
  const vendor = findWebLoginVendor(fields);
  const own = listOwnFields(vendor);
  const errorParameter = fields.errorParameter.trim();
  const usernameField = fields.usernameField.trim();
  const passwordField = fields.passwordField.trim();
  return {
    kind: "web-login" as const,
    vendor,
    ...(fields.mikrotikLogin === "http-chap" &&
      own.includes("mikrotikLogin") && { mikrotikLogin: "http-chap" as const }),
    ...(errorParameter !== "" && own.includes("errorParameter") && { errorParameter }),
    ...(usernameField !== "" && own.includes("usernameField") && { usernameField }),
    ...(passwordField !== "" && own.includes("passwordField") && { passwordField }),
  };
}
