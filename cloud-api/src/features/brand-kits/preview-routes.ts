import { choosePage, strangerOf } from "@foyer/admission";
import { checkContrast } from "@foyer/blocks";
import type { Language } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { tenantOf } from "../../platform/session.ts";
import { drawPreview, findPlaceSeen, type PageContent, type PlaceSeen } from "../pages/index.ts";
import { wearLook } from "../tenants/index.ts";
import { getOwner } from "./describe.ts";
import { KIT_BYTES_MAX, READ, refusals, tags } from "./routes.ts";
import { KitParams, PreviewBody, PreviewReply } from "./schema.ts";
import { kitOf, openWardrobe, wornBy } from "./wardrobe.ts";

/** A look on the page that guests of the brand meet first, before anybody saves it. */
export function registerKitPreview(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/brand-kits/:ownerId/preview",
    {
      // It changes nothing: a body says more than an address holds.
      config: READ,
      bodyLimit: KIT_BYTES_MAX,
      schema: {
        tags,
        summary: "A look as guests would see it, and how well its colours are read",
        params: KitParams,
        body: PreviewBody,
        response: { 200: PreviewReply, ...refusals },
      },
    },
    async (request) => {
      const { look: asked, language, theme, stage } = request.body;
      const { place, look, now } = await database.readTenant(tenantOf(request), async (tx) => {
        const found = await findWearer(tx, request.params.ownerId);
        return { ...found, look: asked ?? found.inherited, now: tx.now };
      });
      const settings = { ...place, brand: wearLook(place.brand.name, look) };
      const spoken = language ?? settings.branch.languages[0] ?? "en";
      const seen = {
        ...{ content: findFirstPage(place, { now, language: spoken }), settings, stage, now },
        ...{ language: spoken, guestName: null, visitNumber: null, answeredSurveys: [] },
      };
      const { page } = drawPreview(seen, { theme, pictures: "inline" });
      return { html: page, contrast: checkContrast(look) };
    },
  );
}

/** Who wears a kit: its first branch, under the name of the brand it is of. */
async function findWearer(tx: TenantTransaction, asked: string) {
  const wardrobe = await openWardrobe(tx);
  const { ownerId, kind } = getOwner(wardrobe, asked);
  const brandId = kind === "brand" ? ownerId : findFallingBack(wardrobe);
  const place = await findPlaceSeen(tx, brandId);
  const worn = brandId === null ? null : wornBy(wardrobe, brandId);
  const { name } = worn ?? place.brand;
  const company = kitOf(wardrobe, wardrobe.tenant.id).look;
  const inherited = company ?? worn?.look ?? place.brand;
  return { place: { ...place, brand: { ...place.brand, name } }, inherited };
}

/** A brand that wears the company's look, or the first. */
function findFallingBack(wardrobe: Awaited<ReturnType<typeof openWardrobe>>): string | null {
  const { brands } = wardrobe;
  const bare = brands.find(({ id }) => kitOf(wardrobe, id).look === null);
  return (bare ?? brands[0])?.id ?? null;
}

const GREETING: PageContent = {
  name: "",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "welcome", fields: {} }],
};

function findFirstPage(
  { pages = [], branch }: PlaceSeen,
  { now, language }: { now: Date; language: Language },
): PageContent {
  const moment = { now, timeZone: branch.timeZone };
  return choosePage(pages, strangerOf(language), moment) ?? { ...GREETING, name: branch.name };
}
