import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { findBoxKeys, takeBoxCall } from "./box-keys-queries.ts";
import { registerBoxCalls } from "./box-routes.ts";
import { listBranchesWithin } from "./brand-queries.ts";
import { registerBrandBranches } from "./brand-routes.ts";
import { registerCommands } from "./command-routes.ts";
import { registerDestinations } from "./destinations.ts";
import { registerEnrolment } from "./enrol-routes.ts";
import { registerNames } from "./name-routes.ts";
import { forgetStarts, nameBranches, noteStart } from "./queries.ts";
import { registerBranches, TAG } from "./routes.ts";

export { listBranchesOf, listBranchesWithin, lockBrandsOf } from "./brand-queries.ts";
export {
  type BranchOrder,
  listBranchOrders,
  purgeLogs,
  wasAsked,
} from "./command-queries.ts";
export { listDestinations } from "./destination-queries.ts";
export { allowLandings } from "./destinations.ts";
export { addBox, addBranch, getBranch, NO_BRANCH, offerBox } from "./enrol.ts";
export { firstSettings, VISIT_GAP_MINUTES } from "./first-settings.ts";
export {
  type DocumentFault,
  findPagesFault,
  saveDocuments,
  savePages,
} from "./many-documents.ts";
export {
  countStandings,
  listBranchNames,
  listPagesNaming,
  listStandings,
  type StandingPage,
} from "./page-queries.ts";
export { type BoxRow, listBoxRows } from "./queries.ts";
export { readRange } from "./rules.ts";
export type { BranchDocument } from "./schema.ts";
export { openSealingKey, SEALING_KEY_DAYS } from "./sealing-keys.ts";
export {
  type BareDocument,
  findDocument,
  listDocuments,
  publishSettings,
  publishSettingsOf,
  refuseDocument,
  saveDocument,
  type VersionedDocument,
} from "./settings.ts";
export {
  type BrandMove,
  beginBrandMove,
  countBoxesTold,
  endBrandMove,
  findBrandPace,
  finishBrandMoves,
  hasBrandMoves,
  lockBrandMove,
  noteBrandStep,
  noteWalked,
} from "./told-brand-queries.ts";
export { orderDisconnect, orderKeyEnd, orderTrace } from "./wifi-orders.ts";

/** Places, the boxes that stand there, and what the cloud tells them. */
export const branches: Feature = {
  name: "branches",
  dependsOn: ["tenants"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "branches.read": { roles: ["manager", "viewer", "cashier"], covers: "branches" },
    "branches.edit": { roles: ["manager"], covers: "branches" },
  },
  routes: (routes, context) => {
    registerBranches(routes, context);
    registerNames(routes, context);
    registerBoxCalls(routes, context);
    registerEnrolment(routes, context);
    registerCommands(routes, context);
    registerDestinations(routes, context);
    registerBrandBranches(routes, context);
  },
  handlers: {
    "box.started": async (tx, event) => {
      const { release } = event.payload;
      await noteStart(tx, { boxId: event.origin.boxId, startedAt: event.occurredAt, release });
      return [];
    },
  },
  forget: forgetStarts,
  hooks: { findBoxKeys, listBranchesWithin, takeBoxCall },
  names: { permission: null, list: nameBranches },
  tag: TAG,
};
