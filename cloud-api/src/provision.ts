import type { Language } from "@foyer/contract";
import { inviteFirstOwner } from "./features/access/index.ts";
import {
  addBox,
  addBranch,
  allowLandings,
  type BranchDocument,
  findDocument,
  NO_BRANCH,
  offerBox,
  saveDocument,
  type VersionedDocument,
} from "./features/branches/index.ts";
import { addFirstPages, type TemplateId } from "./features/page-templates/index.ts";
import { addTenant } from "./features/tenants/index.ts";
import type { Database, TenantTransaction } from "./platform/db.ts";

/** A place that was made, and the code by which its box is enrolled. */
export type Place = {
  tenantId: string;
  branchId: string;
  boxId: string;
  cloudUrl: string;
  /** Given this once: the cloud keeps only its hash. */
  enrolmentCode: string;
};

export type NewPlace = {
  tenantName: string;
  branch: { name: string; timeZone: string; country: string; languages: Language[] };
  boxName: string;
};

/**
 * What an installer does before anybody has an account, in the process that serves: there is no
 * way to it from outside.
 */
export type Provisioning = {
  /** Makes a company with one branch and its box. */
  addPlace: (place: NewPlace) => Promise<Place>;
  /** A new code for a box that was made before. Throws where the branch has none such. */
  offerBox: (box: { tenantId: string; branchId: string; boxId: string }) => Promise<string>;
  /**
   * Saves a branch's settings document, made of the one that stands; one that says the same keeps
   * its version. Gives the version.
   */
  saveSettings: (place: {
    tenantId: string;
    branchId: string;
    edit: (standing: BranchDocument) => unknown;
  }) => Promise<number>;
  /**
   * Makes pages of templates and puts them on a branch, where the company never made any: its staff
   * find them among their pages. Gives the version of the branch's settings.
   */
  addFirstPages: (place: {
    tenantId: string;
    branchId: string;
    language: "vi" | "en";
    templates: readonly TemplateId[];
  }) => Promise<number>;
  /** Where the first owner of a company makes their account, once; null when it has staff. */
  inviteFirstOwner: (tenantId: string) => Promise<string | null>;
};

export function openProvisioning(database: Database, origin: () => string): Provisioning {
  return {
    addPlace: async ({ tenantName, branch, boxName }) => {
      const tenantId = await database.inDirectory(async (tx) => {
        const tenant = await addTenant(database, tx, tenantName);
        return tenant.tenantId;
      });
      const made = await database.changeTenant(tenantId, async (tx) => {
        const { result: row, events } = await addBranch(tx, branch);
        const box = await addBox(tx, { branchId: row.id, name: boxName });
        const { boxId, enrolmentCode } = box.result;
        const result = { branchId: row.id, boxId, enrolmentCode };
        return { result, events: [...events, ...box.events] };
      });
      return { tenantId, cloudUrl: origin(), ...made };
    },
    offerBox: async ({ tenantId, ...box }) => {
      const offer = await database.inTenant(tenantId, (tx) => offerBox(tx, box));
      return offer.enrolmentCode;
    },
    saveSettings: ({ tenantId, branchId, edit }) =>
      database.changeTenant(tenantId, async (tx) => {
        const standing = await getDocument(tx, branchId);
        const document = edit(standing.document);
        await allowLandings(tx, document);
        const saved = await saveDocument(tx, branchId, () => document, standing.version);
        if (saved.kind === "not-found") throw new Error(NO_BRANCH);
        if (saved.kind === "invalid")
          throw new Error(`The settings cannot be saved: ${saved.field} ${saved.reason}.`);
        return { result: saved.version, events: saved.events };
      }),
    addFirstPages: ({ tenantId, ...place }) =>
      database.changeTenant(tenantId, async (tx) => {
        const events = await addFirstPages(tx, place);
        const { version } = await getDocument(tx, place.branchId);
        return { result: version, events };
      }),
    inviteFirstOwner: async (tenantId) => {
      const token = await database.inTenant(tenantId, inviteFirstOwner);
      return token && `${origin()}/first-sign-in?token=${token}`;
    },
  };
}

async function getDocument(tx: TenantTransaction, branchId: string): Promise<VersionedDocument> {
  const found = await findDocument(tx, branchId);
  if (!found) throw new Error(NO_BRANCH);
  return found;
}
