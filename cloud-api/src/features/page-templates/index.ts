import type { Feature } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { saveDocument } from "../branches/index.ts";
import { addStandingPage, hasPages } from "../pages/index.ts";
import { registerTemplates, TAG } from "./routes.ts";
import type { TemplateId } from "./schema.ts";
import { findTemplate } from "./templates.ts";

export type { TemplateId } from "./schema.ts";

/** Pages for the usual cases, good to look at before anything of them is changed. */
export const pageTemplates: Feature = {
  name: "page-templates",
  dependsOn: ["pages"],
  routes: registerTemplates,
  tag: TAG,
};

/**
 * The first pages of a company that never made any: on a branch, in place of those that stand in its
 * settings alone. Throws where a template is there no more.
 */
export async function addFirstPages(
  tx: TenantTransaction,
  place: { branchId: string; language: "vi" | "en"; templates: readonly TemplateId[] },
): Promise<NewEvent[]> {
  if (await hasPages(tx)) return [];
  const cleared = await saveDocument(tx, place.branchId, (document) => ({
    ...document,
    pages: [],
  }));
  if (cleared.kind !== "saved") throw new Error(`${place.branchId} cannot do without its pages.`);
  const { events } = cleared;
  for (const id of place.templates) {
    const template = findTemplate(id, tx.now);
    if (!template) throw new Error(`There is no template ${id}.`);
    const content = { name: template.name[place.language], ...template.content };
    events.push(...(await addStandingPage(tx, { content, branchIds: [place.branchId] })));
  }
  return events;
}
