import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { answerRoutes } from "./answer-routes.ts";
import { columnRoutes } from "./column-routes.ts";
import { devicesTogether } from "./devices.ts";
import { editRoutes } from "./edit-routes.ts";
import { exportRoutes } from "./export-routes.ts";
import { fieldRoutes } from "./field-routes.ts";
import { customerHandlers } from "./handlers.ts";
import { isCustomerLinked } from "./link-queries.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { forgetCustomers, nameCustomers } from "./queries.ts";
import { requestRoutes } from "./request-routes.ts";
import { customerRoutes } from "./routes.ts";
import { takeBackRoutes } from "./take-back-routes.ts";
import { wordJobs } from "./word-jobs.ts";

export { type ByNumber, findByNumber } from "./by-number.ts";
export { spokenChannels } from "./channel-queries.ts";
export { SAID_ELSEWHERE } from "./consent-rules.ts";
export { describeCustomer, nameStaff } from "./describe.ts";
export { listWithin, resolveCustomer } from "./edit-queries.ts";
export { editCustomer, getCustomer } from "./edits.ts";
export { expireGuests } from "./expiry.ts";
export { finishExport, insertExport } from "./export-queries.ts";
export { listOwnFields, type OwnFieldRow } from "./field-queries.ts";
export { isOpen, PROFILE_FIELDS } from "./field-rules.ts";
export { isForgotten, listForgotten } from "./forget-queries.ts";
export {
  type LeftOutReason,
  listTraces,
  nameIdentifier,
  type RowOutcome,
  type Told,
} from "./import-rules.ts";
export { type BroughtRow, bringRows, planRows } from "./imported.ts";
export { COLUMN, COLUMNS_MAX, FIRST_SORT, SORTS, type Sort } from "./list-rules.ts";
export { lockCustomer } from "./lock-queries.ts";
export { type Narrowing, narrow as narrowCustomers } from "./narrow.ts";
export { nameColumns, readOwnCell, writeOwnCell } from "./own-cells.ts";
export {
  type CustomerFilter,
  findCustomer,
  having as havingFilter,
  listPage as listCustomerPage,
  selectKnown,
} from "./page-queries.ts";
export { normalisePhone, readListedNumber } from "./phone-numbers.ts";
export { type Point, pointOf, readPlace, writePlace } from "./place-rules.ts";
export { purgeConsents, purgeMacs } from "./purge-queries.ts";
export { type CustomerVisits, updateVisits as recordVisits } from "./queries.ts";
export { findRefusedField, isRefused } from "./refused.ts";
export { listWords, readCursor, writeCursor } from "./rules.ts";
export type { CopyReply, CustomerListReply, CustomerReply, ExportListReply } from "./schema.ts";
export { listRevocable, takeBackConsent } from "./take-back.ts";
export type { StandingConsent } from "./take-back-queries.ts";
export { purgeDeviceTokens } from "./token-queries.ts";
export { countWalked, FIRST_ID, listCustomersAfter } from "./walk-queries.ts";

/** The types of events that may change a record. */
export const CUSTOMER_EVENTS: readonly string[] = [
  ...Object.keys(customerHandlers),
  ...devicesTogether.types,
];

/** The people of a tenant: one record for each verified phone, whichever box they meet. */
export const customers: Feature = {
  name: "customers",
  dependsOn: ["access", "branches", "ingest", "channels"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "customers.read": { roles: ["manager", "viewer", "cashier"], covers: "customers" },
    "customers.add": ["manager"],
    "customers.answer": { roles: ["manager"], covers: "customers" },
    "customers.edit": { roles: ["manager"], covers: "customers" },
    "customers.export": ["manager"],
    "customers.fields": ["admin"],
    "customers.law": ["admin"],
    "customers.merge": ["manager"],
  },
  routes: (routes, context) => {
    customerRoutes(routes, context);
    requestRoutes(routes, context);
    exportRoutes(routes, context);
    editRoutes(routes, context);
    fieldRoutes(routes, context);
    mergeRoutes(routes, context);
    answerRoutes(routes, context);
    columnRoutes(routes, context);
    takeBackRoutes(routes, context);
  },
  handlers: customerHandlers,
  together: devicesTogether,
  forget: forgetCustomers,
  jobs: wordJobs,
  hooks: { isCustomerLinked },
  names: { permission: "customers.read", list: nameCustomers },
  tag: { name: "customers", description: "The people who let themselves be known" },
};
