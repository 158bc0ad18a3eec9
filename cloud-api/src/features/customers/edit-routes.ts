import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf, wholeTenantOf } from "../../platform/session.ts";
import { getBranch } from "../branches/index.ts";
import { nameStaff } from "./describe.ts";
import { listLinked } from "./edit-queries.ts";
import {
  ContactBody,
  ContactParams,
  ContactsReply,
  EditBody,
  FieldHistoryParams,
  FieldHistoryReply,
  MadeReply,
  NewCustomerBody,
} from "./edit-schema.ts";
import { addCustomer, changeContact, editCustomer } from "./edits.ts";
import { isCustomerLinked } from "./link-queries.ts";
import { findCustomer, listFieldHistory } from "./page-queries.ts";
import { CustomerParams } from "./schema.ts";

const tags = ["customers"];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "customers.read" } };
const ADD = { access: { permission: "customers.add" } };
const EDIT = { access: { permission: "customers.edit", customer: "id" } };
const HISTORY_MAX = 200;

/** What staff write about customers. */
export function editRoutes(routes: Routes, context: Context): void {
  registerEdits(routes, context);
  registerContacts(routes, context);
}

function registerEdits(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/customers",
    {
      config: ADD,
      schema: {
        ...{ tags, summary: "Make a customer" },
        body: NewCustomerBody,
        response: { 201: MadeReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { branchId, values } = request.body;
      const { staffId } = staffOf(request);
      const id = await database.changeTenant(tenantOf(request), async (tx) => {
        const { country } = await getBranch(tx, branchId);
        const added = await addCustomer(tx, { branchId, country, values, staffId });
        return { result: added.customerId, events: added.events };
      });
      return reply.code(201).send({ id });
    },
  );

  routes.patch(
    "/api/v1/customers/:id",
    {
      config: EDIT,
      schema: {
        ...{
          tags,
          summary: "Change what is known of a customer; what it was stays in the history",
        },
        params: CustomerParams,
        body: EditBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const edit = { customerId: request.params.id, values: request.body.values };
      await database.changeTenant(wholeTenantOf(request), async (tx) => ({
        result: null,
        events: await editCustomer(tx, { ...edit, by: "staff", staffId }),
      }));
      return reply.code(204).send(null);
    },
  );

  routes.get(
    "/api/v1/customers/:id/fields/:field",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "Everything that was ever said of one field of a customer" },
        params: FieldHistoryParams,
        response: { 200: FieldHistoryReply, ...refusals },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { id: customerId, field } = request.params;
        const rows = await listFieldHistory(tx, { customerId, field, limit: HISTORY_MAX });
        const staff = await nameStaff(tx, rows);
        return {
          values: rows.map(({ field: _, ...row }) => ({
            ...row,
            staffName: staff.get(row.staffId ?? "") ?? null,
            givenAt: row.givenAt.toISOString(),
          })),
        };
      }),
  );
}

type ContactIds = { id: string; contactId: string };

const toChange = (role: string | null, { id, contactId }: ContactIds, staffId: string) => ({
  ...{ companyId: id.toLowerCase(), contactId: contactId.toLowerCase() },
  ...{ role, staffId },
});

function registerContacts(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customers/:id/contacts",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "The people of a company, and the companies of a person" },
        params: CustomerParams,
        response: { 200: ContactsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const customerId = request.params.id;
        if (!(await findCustomer(tx, customerId)))
          throw refuse("not-found", "There is no such customer.");
        return {
          contacts: await listLinked(tx, { customerId, of: "company" }),
          companies: await listLinked(tx, { customerId, of: "person" }),
        };
      }),
  );

  routes.put(
    "/api/v1/customers/:id/contacts/:contactId",
    {
      config: EDIT,
      schema: {
        ...{ tags, summary: "Make a customer a contact of a company" },
        params: ContactParams,
        body: ContactBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      await database.changeTenant(tenantOf(request), async (tx) => {
        const company = await findCustomer(tx, request.params.id);
        if (!company) throw refuse("not-found", "There is no such customer.");
        if (company.kind !== "company")
          throw refuse("conflict", "Only a company has contacts. Say that it is one first.");
        const { contactId } = request.params;
        if (tx.branchIds && !(await isCustomerLinked(tx, contactId)))
          throw refuse("forbidden", "The contact was never at a branch that your role covers.", {
            field: "/contactId",
          });
        const contact = toChange(request.body.role, request.params, staffId);
        return { result: null, events: await changeContact(tx, contact) };
      });
      return reply.code(204).send(null);
    },
  );
  routes.delete(
    "/api/v1/customers/:id/contacts/:contactId",
    {
      config: EDIT,
      schema: {
        ...{ tags, summary: "Take a contact off a company; the customer stays" },
        params: ContactParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      await database.changeTenant(tenantOf(request), async (tx) => ({
        result: null,
        events: await changeContact(tx, toChange(null, request.params, staffId)),
      }));
      return reply.code(204).send(null);
    },
  );
}
