import type { PlaceDocument } from "./branch.ts";
import type { Enrolment } from "./state.ts";

/** What the demonstration tells its cloud process, once, after starting it. */
export type StartMessage = {
  cloud: { host: string; port: number; dataFolder: string };
  /** Null at the first start: then tenant, branch and box are made. */
  enrolment: Enrolment | null;
  /** The box has no key: it needs a code. */
  needsCode: boolean;
  tenantName: string;
  branch: { name: string; timeZone: string; country: string; languages: ("vi" | "en")[] };
  boxName: string;
  document: PlaceDocument;
};

/** What the cloud process answers when it serves. */
export type ReadyMessage = {
  origin: string;
  /** One use; null when the tenant has staff already. */
  firstSignInUrl: string | null;
  enrolment: Enrolment;
  /** By which the box is to be enrolled; null when it was. */
  enrolmentCode: string | null;
  settingsVersion: number;
};
