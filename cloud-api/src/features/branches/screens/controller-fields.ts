import type { BranchDocument } from "../schema.ts";

type Nas = BranchDocument["nas"][number];
type UnifiNas = Extract<Nas, { kind: "unifi" }>;
type OmadaNas = Extract<Nas, { kind: "omada" }>;
type WifidogNas = Extract<Nas, { kind: "wifidog" }>;
type RuckusNas = Extract<Nas, { kind: "ruckus-controller" }>;
type RuckusOneNas = Extract<Nas, { kind: "ruckus-one" }>;

/** The kinds that the box calls, or that ask it. */
export type ControllerNas = UnifiNas | OmadaNas | WifidogNas | RuckusNas | RuckusOneNas;

export const TIME_UNITS: readonly OmadaNas["timeUnit"][] = ["milliseconds", "microseconds"];
export const SERVICES: readonly RuckusNas["service"][] = ["smartzone", "ruckus-one"];

/** What only they have, as a form holds it: every field as text; empty is not set. */
export type ControllerFields = {
  controllerUrl: string;
  certificateSha256: string;
  site: string;
  apiKey: string;
  username: string;
  password: string;
  omadacId: string;
  timeUnit: string;
  clientId: string;
  clientSecret: string;
  siteId: string;
  gatewayId: string;
  service: string;
  requestPassword: string;
  nbiAddress: string;
};

export const NO_CONTROLLER: ControllerFields = {
  controllerUrl: "",
  certificateSha256: "",
  site: "",
  apiKey: "",
  username: "",
  password: "",
  omadacId: "",
  timeUnit: "milliseconds",
  clientId: "",
  clientSecret: "",
  siteId: "",
  gatewayId: "",
  service: "smartzone",
  requestPassword: "",
  nbiAddress: "",
};

export function readController(nas: ControllerNas): ControllerFields {
  const place = "controllerUrl" in nas ? nas : null;
  const common = {
    ...NO_CONTROLLER,
    controllerUrl: place?.controllerUrl ?? "",
    certificateSha256: place?.certificateSha256 ?? "",
  };
  switch (nas.kind) {
    case "unifi":
      return { ...common, site: nas.site, apiKey: nas.apiKey ?? "", ...nas.logIn };
    case "omada": {
      const { site, omadacId = "", timeUnit, operator, openApi } = nas;
      return { ...common, site, omadacId, timeUnit, ...operator, ...openApi };
    }
    case "wifidog":
      return { ...common, gatewayId: nas.gatewayId };
    case "ruckus-one":
      return {
        ...common,
        requestPassword: nas.requestPassword,
        nbiAddress: nas.nbiAddress ?? "",
      };
    case "ruckus-controller": {
      const { service, requestPassword, nbiAddress = "" } = nas;
      return { ...common, service, requestPassword, nbiAddress };
    }
  }
}

/** An origin without what people paste along with it, and a fingerprint in any of its spellings. */
function writePlace(fields: ControllerFields) {
  const url = fields.controllerUrl.trim();
  // `openssl x509 -fingerprint` prints "sha256 Fingerprint=AB:CD:…".
  const print = fields.certificateSha256.split("=").at(-1)?.replace(/[\s:]/g, "").toLowerCase();
  return {
    controllerUrl: URL.canParse(url) ? new URL(url).origin : url,
    ...(print && { certificateSha256: print }),
  };
}

export const writeUnifi = (fields: ControllerFields) => ({
  ...writePlace(fields),
  kind: "unifi" as const,
  site: fields.site.trim(),
  ...(fields.apiKey.trim() !== "" && { apiKey: fields.apiKey.trim() }),
  ...(fields.username.trim() !== "" && {
    logIn: { username: fields.username.trim(), password: fields.password },
  }),
});

export const writeOmada = (fields: ControllerFields) => ({
  ...writePlace(fields),
  kind: "omada" as const,
  ...(fields.omadacId.trim() !== "" && { omadacId: fields.omadacId.trim() }),
  site: fields.site.trim(),
  operator: { username: fields.username.trim(), password: fields.password },
  timeUnit: TIME_UNITS.find((unit) => unit === fields.timeUnit) ?? "milliseconds",
  ...(fields.clientId.trim() !== "" && {
    openApi: {
      clientId: fields.clientId.trim(),
      clientSecret: fields.clientSecret.trim(),
      ...(fields.siteId.trim() !== "" && { siteId: fields.siteId.trim() }),
    },
  }),
});

export const writeRuckus = (fields: ControllerFields) => ({
  ...writeNorthbound(fields),
  kind: "ruckus-controller" as const,
  service: SERVICES.find((service) => service === fields.service) ?? "smartzone",
});

export const writeRuckusOne = (fields: ControllerFields) => ({
  ...writeNorthbound(fields),
  kind: "ruckus-one" as const,
});

const writeNorthbound = (fields: ControllerFields) => ({
  ...writePlace(fields),
  requestPassword: fields.requestPassword,
  ...(fields.nbiAddress.trim() !== "" && { nbiAddress: fields.nbiAddress.trim() }),
});
