import type { OmadaNas } from "@foyer/contract";
import type { ControllerLine } from "../controller/line.ts";
import { type OmadaHotspot, openOmadaHotspot } from "./hotspot.ts";
import { type OmadaOpenApi, openOmadaOpenApi } from "./open-api.ts";

export type OmadaClient = {
  hotspot: OmadaHotspot;
  /** Null where no app of the Open API is set, or the controller is of v4 and has none. */
  openApi: OmadaOpenApi | null;
};

export function openOmadaClient(
  nas: OmadaNas,
  tools: { line: ControllerLine; clock: () => Date },
): OmadaClient {
  const { omadacId, openApi: app, site } = nas;
  return {
    hotspot: openOmadaHotspot({ ...tools, nas }),
    openApi:
      app && omadacId
        ? openOmadaOpenApi({ ...tools, omadacId, app, siteId: app.siteId ?? site })
        : null,
  };
}
