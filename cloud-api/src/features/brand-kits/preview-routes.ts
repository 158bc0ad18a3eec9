import { choosePage, strangerOf } from "@foyer/admission";
import { checkContrast } from "@foyer/blocks";
import type { Language } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  drawPreview,
  findPlaceSeen,
  type PageContent,
  type PlaceSeen,
  USUAL_STANDING,
} from "../pages/index.ts";
import { wearLook } from "../tenants/index.ts";
import { getOwner } from "./describe.ts";
import { checkEditable, EDIT, KIT_BYTES_MAX, READ, refusals, tags, writesOf } from "./routes.ts";
import { KitParams, type Look, PreviewBody, PreviewQuery, PreviewReply } from "./schema.ts";
import { kitOf, openWardrobe, type Wardrobe, wornBy } from "./wardrobe.ts";

/** A look on the page that guests of the brand meet first: as it is worn, and before it is saved. */
export function registerKitPreview(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/brand-kits/:ownerId/preview",
    {
      config: READ,
      schema: {
        tags,
        summary: "What a kit's wearers look like to guests, and how well its colours are read",
        params: KitParams,
        querystring: PreviewQuery,
        response: { 200: PreviewReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const wardrobe = await openWardrobe(tx);
        const { ownerId } = getOwner(wardrobe, request.params.ownerId);
        const { look } = kitOf(wardrobe, ownerId);
        return draw(tx, context, { ...request.query, wardrobe, ownerId, look });
      }),
  );
  routes.post(
    "/api/v1/brand-kits/:ownerId/preview",
    {
      // It changes nothing: a body says more than an address holds.
      config: EDIT,
      bodyLimit: KIT_BYTES_MAX,
      schema: {
        tags,
        summary: "The same of a look that nobody has saved, for whoever may",
        params: KitParams,
        body: PreviewBody,
        response: { 200: PreviewReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const wardrobe = await openWardrobe(tx);
        const owner = getOwner(wardrobe, request.params.ownerId);
        checkEditable(owner, writesOf(request, context));
        return draw(tx, context, { ...request.body, wardrobe, ownerId: owner.ownerId });
      }),
  );
}

type Asked = PreviewQuery & { wardrobe: Wardrobe; ownerId: string; look: Look | null };

async function draw(
  tx: TenantTransaction,
  context: Context,
  { wardrobe, ownerId, look: asked, language, theme, stage }: Asked,
): Promise<PreviewReply> {
  const { place, inherited } = await findWearer(tx, context, { wardrobe, ownerId });
  const look = asked ?? inherited;
  const settings = { ...place, brand: wearLook(place.brand.name, look) };
  const spoken = language ?? settings.branch.languages[0] ?? "en";
  const { now } = tx;
  const seen = {
    ...{ ...findFirstPage(place, { now, language: spoken }), settings, stage, now },
    ...{ language: spoken, guestName: null, visitNumber: null, standing: USUAL_STANDING },
    answeredSurveys: [],
  };
  const { page } = drawPreview(seen, { theme, pictures: "inline" });
  return { html: page, contrast: checkContrast(look) };
}

/** Who wears a kit: its first branch, under the name of the brand it is of. */
async function findWearer(
  tx: TenantTransaction,
  context: Context,
  asked: Pick<Asked, "wardrobe" | "ownerId">,
) {
  const { wardrobe } = asked;
  const { ownerId, kind } = getOwner(wardrobe, asked.ownerId);
  const brandId = kind === "brand" ? ownerId : findFallingBack(wardrobe);
  const place = await findPlaceSeen(tx, context, brandId);
  const worn = brandId === null ? null : wornBy(wardrobe, brandId);
  const { name } = worn ?? place.brand;
  const company = kitOf(wardrobe, wardrobe.tenant.id).look;
  const inherited = company ?? worn?.look ?? place.brand;
  return { place: { ...place, brand: { ...place.brand, name } }, inherited };
}

/** A brand that wears the company's look, or the first. */
function findFallingBack(wardrobe: Wardrobe): string | null {
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
  { pages, branch }: PlaceSeen,
  { now, language }: { now: Date; language: Language },
): { content: PageContent; isOwn: boolean } {
  const moment = { now, timeZone: branch.timeZone };
  const page = choosePage(pages, strangerOf(language), moment);
  return { content: page ?? { ...GREETING, name: branch.name }, isOwn: page !== null };
}
