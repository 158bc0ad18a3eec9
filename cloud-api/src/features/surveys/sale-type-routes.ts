import { chooseWords, type LocalText, SALE_TYPES_MAX } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  insertSaleType,
  listSaleTypes,
  lockSaleType,
  type SaleType,
  updateSaleType,
} from "./sale-type-queries.ts";
import { findNamesake, tidyName } from "./sale-type-rules.ts";
import {
  NewSaleTypeBody,
  SaleTypeBody,
  SaleTypeParams,
  SaleTypeReply,
  SaleTypesReply,
} from "./schema.ts";
import { listWritten } from "./version-queries.ts";

const PATH = "/api/v1/sale-types";
const tags = ["surveys"];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "surveys.edit" } };

/** How the company sells, as it writes it itself: what surveys and their answers can be about. */
export function registerSaleTypes(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: { access: { permission: "surveys.read" } },
      schema: {
        tags,
        summary: "The company's kinds of sale, those that are over too",
        response: { 200: SaleTypesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({
        saleTypes: await listSaleTypes(tx),
      })),
  );
  routes.post(
    PATH,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Add a kind of sale",
        body: NewSaleTypeBody,
        response: { 201: SaleTypeReply, ...refusals },
      },
    },
    async (request, reply) => {
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        const type = { id: newId(), name: request.body.name, isOver: false };
        const checked = await check(tx, type);
        await insertSaleType(tx, checked);
        noteChange(tx, { kind: "sale-types", id: type.id, before: null, after: checked });
        return { result: checked, events: [] };
      });
      return reply.code(201).send(made);
    },
  );
  routes.put(
    `${PATH}/:saleTypeId`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Name a kind of sale anew, end it, or begin it again",
        params: SaleTypeParams,
        body: SaleTypeBody,
        response: { 200: SaleTypeReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { saleTypeId: id } = request.params;
        const before = await lockSaleType(tx, id);
        if (!before) throw refuse("not-found", "There is no such kind of sale.");
        const checked = await check(tx, { id, ...request.body });
        if (checked.isOver && !before.isOver) await checkUnused(tx, id);
        await updateSaleType(tx, checked);
        noteChange(tx, { kind: "sale-types", id, before, after: checked });
        return { result: checked, events: [] };
      }),
  );
}

/** What it will be; refuses a name that says nothing or another's, and one too many. */
async function check(tx: TenantTransaction, { id, name, isOver }: SaleType): Promise<SaleType> {
  const tidy = tidyName(name);
  if (!tidy) throw refuse("invalid", "Give it a name.", { field: "/name" });
  const known = await listSaleTypes(tx);
  const others = known.filter((each) => each.id !== id && !each.isOver);
  if (!isOver && findNamesake({ id, name: tidy }, others))
    throw refuse("conflict", "Another kind of sale has that name.", { field: "/name" });
  if (!isOver && others.length >= SALE_TYPES_MAX)
    throw refuse("conflict", `There are ${SALE_TYPES_MAX} kinds of sale already: end one first.`);
  return { id, name: tidy, isOver };
}

/** A survey that is for it alone would be asked of nobody. */
async function checkUnused(tx: TenantTransaction, id: string): Promise<void> {
  const using = (await listWritten(tx)).filter((survey) => survey.saleTypeIds?.includes(id));
  if (using.length === 0) return;
  const names = using.map(({ title }: { title: LocalText }) => chooseWords(title, "en"));
  throw refuse("conflict", `Surveys are for it: ${names.join(", ")}. Take it off them first.`);
}
