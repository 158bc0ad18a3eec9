import { type Row, type Values, without } from "./row.ts";

/** What it wants again as it wrote it; which of them are there is the access point's, or the gateway's. */
const ECHOED = [
  ...(["clientMac", "clientIp", "apMac", "gatewayMac", "ssidName", "radioId", "vid"] as const),
];

/** The controller's own kind of log-in with a RADIUS server behind it (FAQ 2912). */
const AUTH_TYPE = "2";

/**
 * TP-Link Omada with a RADIUS server and a web portal of one's own: FAQ 2912 for controllers of v4 and
 * later, document 12993 for an access point without one. The path that takes a form, `browserauth`,
 * came with 5.3; /portal/radius/auth takes JSON, which no form sends.
 */
export const tpLink: Row = {
  // With an external portal server instead of RADIUS it names a site: see ../omada.
  recognises: (values) => values.has("target") && values.has("clientMac") && !values.has("site"),
  names: { mac: ["clientMac"], ip: "clientIp", originalUrl: "originUrl" },
  targets: (values) => [
    isOfController(values)
      ? `${values.get("scheme")}://${values.get("target")}:${values.get("targetPort")}/portal/radius/browserauth`
      : `http://${values.get("target")}/portal/auth`,
  ],
  keeps: [...ECHOED, "targetPort"],
  method: "post",
  fields: (kept, _nas, { username, password, landingUrl }) => ({
    ...without(Object.fromEntries(ECHOED.map((name) => [name, kept[name]]))),
    ...(kept.targetPort ? { authType: AUTH_TYPE, originUrl: landingUrl } : {}),
    ...{ username, password },
  }),
};

const isOfController = (values: Values): boolean =>
  values.has("targetPort") && values.has("scheme");
