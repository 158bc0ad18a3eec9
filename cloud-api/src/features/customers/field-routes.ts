import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  NewOwnFieldBody,
  OwnFieldBody,
  OwnFieldParams,
  OwnFieldReply,
  OwnFieldsReply,
} from "./edit-schema.ts";
import {
  insertOwnField,
  listOwnFields,
  lockOwnField,
  type OwnFieldRow,
  updateOwnField,
} from "./field-queries.ts";
import { type Choice, keyOf, OWN_FIELDS_MAX, type OwnFieldKind } from "./field-rules.ts";
import { SEARCHABLE_KINDS } from "./searchable.ts";
import { findAnew } from "./word-jobs.ts";

const tags = ["customers"];
const refusals = { "4xx": ErrorReply };

/** The fields that a company made up. */
export function fieldRoutes(routes: Routes, context: Context): void {
  registerFields(routes, context);
  registerChange(routes, context);
}

function registerFields(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-fields",
    {
      config: { access: { permission: "customers.read" } },
      schema: {
        ...{ tags, summary: "The fields of the company's own, archived ones too" },
        response: { 200: OwnFieldsReply, ...refusals },
      },
    },
    async (request) => {
      const rows = await database.readTenant(tenantOf(request), listOwnFields);
      return { fields: rows.map(describe), nextCursor: null, total: rows.length };
    },
  );

  routes.post(
    "/api/v1/customer-fields",
    {
      config: { access: { permission: "customers.fields" } },
      schema: {
        ...{ tags, summary: "Make a field; it can be filled at once" },
        body: NewOwnFieldBody,
        response: { 201: OwnFieldReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { kind, choices = [] } = request.body;
      const label = trimLabel(request.body.label, "/label");
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        if ((await listOwnFields(tx)).length >= OWN_FIELDS_MAX)
          throw refuse("conflict", `There are ${OWN_FIELDS_MAX} fields already.`);
        checkChoices(kind, choices);
        const key = request.body.key ?? keyOf(Object.values(label)[0] ?? "");
        if (!key)
          throw refuse("invalid", "The words hold no letter a key can be made of.", {
            field: "/label",
          });
        const { searchable = kind === "text" || kind === "phone", openToCustomers = false } =
          request.body;
        checkSearchable(kind, searchable);
        const field = { key, kind, label, choices, searchable, openToCustomers };
        if (!(await insertOwnField(tx, field)))
          throw refuse("conflict", `Another field has the key ${key} already.`, {
            field: "/label",
          });
        noteChange(tx, { kind: "customer-fields", id: key, before: null, after: field });
        return { result: { ...field, archivedAt: null }, events: [changed(tx, key)] };
      });
      return reply.code(201).send(describe(made));
    },
  );
}

function registerChange(routes: Routes, { database }: Context): void {
  routes.patch(
    "/api/v1/customer-fields/:key",
    {
      config: { access: { permission: "customers.fields" } },
      schema: {
        ...{ tags, summary: "Rename a field, change its choices, archive it or take it back" },
        params: OwnFieldParams,
        body: OwnFieldBody,
        response: { 200: OwnFieldReply, ...refusals },
      },
    },
    async (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { key } = request.params;
        const before = await lockOwnField(tx, key);
        if (!before) throw refuse("not-found", "There is no such field.");
        const { choices = before.choices, archived } = request.body;
        const { searchable = before.searchable, openToCustomers = before.openToCustomers } =
          request.body;
        checkSearchable(before.kind, searchable);
        if (request.body.choices) checkChoices(before.kind, choices);
        const label = request.body.label ? trimLabel(request.body.label, "/label") : before.label;
        const archivedAt =
          archived === undefined
            ? before.archivedAt
            : archived
              ? (before.archivedAt ?? tx.now)
              : null;
        const uses = { searchable, openToCustomers };
        const after: OwnFieldRow = { ...before, label, choices, ...uses, archivedAt };
        await updateOwnField(tx, after);
        if (searchable !== before.searchable) await findAnew(tx, key);
        const versions = { before: describe(before), after: describe(after) };
        noteChange(tx, { kind: "customer-fields", id: key, ...versions });
        return { result: versions.after, events: [changed(tx, key)] };
      }),
  );
}

const describe = ({ archivedAt, ...field }: OwnFieldRow) => ({
  ...field,
  archivedAt: archivedAt?.toISOString() ?? null,
});

function trimLabel(label: Record<string, string>, field: string): Record<string, string> {
  const words = Object.entries(label)
    .map(([language, text]) => [language, text.normalize("NFC").trim()] as const)
    .filter(([, text]) => text !== "");
  if (words.length === 0) throw refuse("invalid", "It needs words in a language.", { field });
  return Object.fromEntries(words);
}

function checkChoices(kind: OwnFieldKind, choices: readonly Choice[]): void {
  const isChoice = kind === "choice" || kind === "choices";
  const field = "/choices";
  if (!isChoice && choices.length > 0)
    throw refuse("invalid", `A field of the kind ${kind} has no choices.`, { field });
  if (isChoice && choices.length < 2)
    throw refuse("invalid", "A choice needs two at least.", { field });
  const values = choices.map(({ value }) => value);
  if (new Set(values).size !== values.length || values.some((value) => /[\n\r]/.test(value)))
    throw refuse("invalid", "Each choice is there once, on one line.", { field });
  for (const choice of choices) trimLabel(choice.label, field);
}

function checkSearchable(kind: OwnFieldKind, searchable: boolean): void {
  if (searchable && !SEARCHABLE_KINDS.includes(kind))
    throw refuse("invalid", `Nobody is found by a field of the kind ${kind}.`, {
      field: "/searchable",
    });
}

/** Moves the log, which wakes the screens. */
function changed(tx: TenantTransaction, key: string): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return {
    id: newId(),
    type: "customer-field.changed",
    occurredAt: tx.now,
    payload: { key },
    ...common,
  };
}
