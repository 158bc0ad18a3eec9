import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { READ_CUSTOMERS } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { hashToken, makeToken, tenantOf } from "../../platform/session.ts";
import {
  editCustomer,
  findRefusedField,
  getCustomer,
  isRefused,
  listOwnFields,
  listWithin,
  resolveCustomer,
  takeBackConsent,
} from "../customers/index.ts";
import { type MapView, readView, stepMap } from "./map.ts";
import { readProfile, renderGone, renderProfile } from "./page.ts";
import { deleteLink, type FoundLink, findLink, insertLink } from "./queries.ts";
import { isOpen, LINK_DAYS, PROFILE_FIELDS, readConsent, readForm } from "./rules.ts";
import { ProfileLinkReply, ProfileParams } from "./schema.ts";

export const TAG = { name: "profiles", description: "Customers' own pages, by personal links" };
const DAY_MS = 24 * 60 * 60 * 1000;
const FORM_BYTES_MAX = 64 * 1024;
/** Of one address: nobody finds a token of 256 bits by trying, and nobody is to try. */
const LIMIT = { rateLimit: { max: 60, timeWindow: "1 minute" } };

export function profileRoutes(routes: Routes, context: Context): void {
  registerLinks(routes, context);
  routes.register(async (pages: Routes) => {
    pages.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: FORM_BYTES_MAX },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    registerPage(pages, context);
  });
}

/** Whoever has such a link sees what its page shows of the customer. */
const LINK = { permission: "profiles.link", beside: READ_CUSTOMERS };

function registerLinks(routes: Routes, { database, origin }: Context): void {
  routes.post(
    "/api/v1/customers/:id/profile-link",
    {
      config: { access: LINK },
      schema: {
        tags: [TAG.name],
        summary: "Make the personal link of a customer; the one before ends",
        params: ProfileParams,
        response: { 201: ProfileLinkReply, "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const token = makeToken();
      const customerId = request.params.id.toLowerCase();
      const expiresAt = await database.inTenant(tenantOf(request), async (tx) => {
        await getCustomer(tx, customerId);
        const ended = await endLinks(tx, customerId);
        const until = new Date(tx.now.getTime() + LINK_DAYS * DAY_MS);
        await insertLink(tx, { tokenHash: hashToken(token), customerId, expiresAt: until });
        const after = { personalLinks: 1, until };
        noteChange(tx, { kind: "customers", id: customerId, before: told(ended), after });
        return until;
      });
      const url = `${origin()}/my/${token}`;
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  );
  routes.delete(
    "/api/v1/customers/:id/profile-link",
    {
      config: { access: LINK },
      schema: {
        tags: [TAG.name],
        summary: "End the personal link of a customer",
        params: ProfileParams,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const customerId = request.params.id.toLowerCase();
      await database.inTenant(tenantOf(request), async (tx) => {
        const ended = await endLinks(tx, customerId);
        if (ended === 0) throw refuse("not-found", "There is no such link.");
        const versions = { before: told(ended), after: told(0) };
        noteChange(tx, { kind: "customers", id: customerId, ...versions });
      });
      return reply.code(204).send(null);
    },
  );
}

const told = (personalLinks: number) => ({ personalLinks });

/** Ends a customer's link, and those of records that are part of theirs: they open the same page. */
async function endLinks(tx: TenantTransaction, customerId: string): Promise<number> {
  let ended = 0;
  for (const id of await listWithin(tx, customerId)) if (await deleteLink(tx, id)) ended += 1;
  return ended;
}

type Opened = { token: string };

function registerPage(pages: Routes, context: Context): void {
  pages.get<{ Params: Opened; Querystring: { saved?: string; "taken-back"?: string } }>(
    "/my/:token",
    { config: LIMIT, schema: { hide: true } },
    async (request, reply) => {
      const link = await find(context, request.params.token);
      const isSaved = request.query.saved === "1";
      const isTakenBack = request.query["taken-back"] === "1";
      const page = link && (await show(context, link, { isSaved, isTakenBack }));
      return send(request, reply, page);
    },
  );
  pages.post<{ Params: Opened; Body: URLSearchParams }>(
    "/my/:token",
    { config: LIMIT, schema: { hide: true } },
    async (request, reply) => {
      const { token } = request.params;
      const link = await find(context, token);
      if (!link) return send(request, reply, null);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const moved = moveMap(form);
      if (moved) return send(request, reply, await show(context, link, moved));
      const consent = readConsent(form);
      if (consent) {
        const isDone = await takeBack(context, link, consent);
        if (!isDone) return send(request, reply, null);
        return goOn(reply, `/my/${token}?taken-back=1`);
      }
      const outcome = await save(context, link, form);
      if (outcome.kind === "gone") return send(request, reply, null);
      if (outcome.kind === "fault") {
        const page = await show(context, link, { fault: outcome.field, form });
        return send(request, reply, page);
      }
      return goOn(reply, `/my/${token}?saved=1`);
    },
  );
}

const find = ({ database }: Context, token: string): Promise<FoundLink | null> =>
  database.inDirectory((tx) => findLink(tx, hashToken(token)));

/** The map's buttons and a tap on it keep nothing: the page comes again with what was typed so far. */
function moveMap(form: URLSearchParams): Showing | null {
  const view = readView(form.get("view") ?? "");
  const stepped = view && stepMap(form, { view, place: form.get("place") ?? "" });
  if (!stepped) return null;
  form.set("place", stepped.place);
  return { form, mapView: stepped.view };
}

const goOn = (reply: FastifyReply, path: string) =>
  reply.header("cache-control", "no-store").redirect(path, 303);

/** False where there is nobody any more. */
async function takeBack(
  { database }: Context,
  { tenantId, customerId: named }: FoundLink,
  consent: { purpose: string; channel: string | null },
): Promise<boolean> {
  try {
    await database.changeTenant(tenantId, async (tx) => {
      const customerId = (await resolveCustomer(tx, named)) ?? named;
      const wish = { ...consent, customerId, by: "customer", staffId: null } as const;
      return { result: null, events: await takeBackConsent(tx, wish) };
    });
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
}

type Saved = { kind: "saved" } | { kind: "gone" } | { kind: "fault"; field: string };

/** Keeps what the customer said, or says at which field it is not right. */
async function save(
  { database }: Context,
  { tenantId, customerId: named }: FoundLink,
  form: URLSearchParams,
): Promise<Saved> {
  try {
    await database.changeTenant(tenantId, async (tx) => {
      const own = await listOwnFields(tx);
      const open = own.filter(isOpen).map(({ key }) => key);
      const values = readForm(form, [...PROFILE_FIELDS, ...open]);
      const customerId = (await resolveCustomer(tx, named)) ?? named;
      const word = { customerId, values, by: "customer" as const, staffId: null };
      return { result: null, events: await editCustomer(tx, word) };
    });
    return { kind: "saved" };
  } catch (error) {
    const field = findRefusedField(error);
    if (field !== null) return { kind: "fault", field };
    // Whoever was forgotten meanwhile.
    if (isRefused(error)) return { kind: "gone" };
    throw error;
  }
}

type Showing = {
  isSaved?: boolean;
  isTakenBack?: boolean;
  fault?: string;
  form?: URLSearchParams;
  mapView?: MapView;
};

function show(
  { database }: Context,
  { tenantId, customerId }: FoundLink,
  { isSaved = false, isTakenBack = false, fault, form, mapView }: Showing,
): Promise<string | null> {
  return database.readTenant(tenantId, async (tx) => {
    const typed = form ? readForm(form, [...new Set(form.keys())]) : {};
    const owner = (await resolveCustomer(tx, customerId)) ?? customerId;
    const view = await readProfile(tx, owner, {
      ...{ typed, fault: fault ?? null, mapView: mapView ?? null },
    });
    if (!view) return null;
    return await renderProfile(tx, view, { isSaved, isTakenBack, hasFault: fault !== undefined });
  });
}

function send(request: FastifyRequest, reply: FastifyReply, page: string | null) {
  reply.header("cache-control", "no-store").type("text/html; charset=utf-8");
  if (page !== null) return reply.send(page);
  return reply.code(404).send(renderGone(request.headers["accept-language"]));
}
