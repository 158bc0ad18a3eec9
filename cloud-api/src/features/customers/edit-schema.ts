import { type Static, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";

const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const OwnFieldKindSchema = Type.Union([
  Type.Literal("text"),
  Type.Literal("number"),
  Type.Literal("date"),
  Type.Literal("choice"),
  Type.Literal("choices"),
  Type.Literal("yes-no"),
  Type.Literal("phone"),
  Type.Literal("email"),
  Type.Literal("link"),
]);

const Label = Type.Record(Type.String({ pattern: "^[a-z]{2}$" }), Type.String({ maxLength: 80 }), {
  minProperties: 1,
  description: "Language → words",
});
const Choice = Type.Object({ value: Type.String({ minLength: 1, maxLength: 100 }), label: Label });
const Choices = Type.Array(Choice, {
  maxItems: 50,
  description: "Of a choice: what can be chosen. Those that are left out stay where they stand",
});

export const OwnFieldReply = Type.Object({
  key: Type.String({ description: "What values are kept under, for good: own.<slug>" }),
  kind: OwnFieldKindSchema,
  label: Type.Record(Type.String(), Type.String()),
  choices: Choices,
  searchable: Type.Boolean({ description: "Customers are found by what it says" }),
  openToCustomers: Type.Boolean({
    description: "Customers see it on their own page, and may change it",
  }),
  archivedAt: Type.Union([Time, Type.Null()], {
    description: "Not asked for any more since; values that are there stay",
  }),
});
export type OwnFieldReply = Static<typeof OwnFieldReply>;

export const OwnFieldsReply = Type.Object({
  fields: Type.Array(OwnFieldReply, { description: "In the order they were made" }),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type OwnFieldsReply = Static<typeof OwnFieldsReply>;

const Uses = {
  searchable: Type.Optional(
    Type.Boolean({
      description:
        "Customers are found by what it says: of a text, a number, a phone number or an address. " +
        "Absent in a new field: yes for texts and phone numbers",
    }),
  ),
  openToCustomers: Type.Optional(
    Type.Boolean({
      description: "Customers see it on their own page, and may change it. Absent in a new one: no",
    }),
  ),
};

export const NewOwnFieldBody = Type.Object({
  key: Type.Optional(
    Type.String({
      pattern: "^own\\.[a-z][a-z0-9_]{0,31}$",
      description: "Absent: made of the words. A field that boxes ask for has the key it has there",
    }),
  ),
  kind: OwnFieldKindSchema,
  label: Label,
  choices: Type.Optional(Choices),
  ...Uses,
});
export const OwnFieldBody = Type.Object({
  label: Type.Optional(Label),
  choices: Type.Optional(Choices),
  ...Uses,
  archived: Type.Optional(Type.Boolean()),
});
export const OwnFieldParams = Type.Object({ key: Type.String({ maxLength: 64 }) });

const Values = Type.Record(
  Type.String({ pattern: "^[a-z][a-zA-Z0-9_.]{0,63}$" }),
  Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]),
  {
    minProperties: 1,
    maxProperties: 150,
    description:
      "Field → value; null or empty takes it away, and what it was stays in its history. name, " +
      "phone, email, birthday, language, address, card, posId, zaloId, kind (person or company), or " +
      "own.<key>. Several choices stand on a line each",
  },
);

export const NewCustomerBody = Type.Object({
  branchId: { ...Id, description: "Where they are from; its country says how numbers are read" },
  values: Values,
});
export const EditBody = Type.Object({ values: Values });
export const MadeReply = Type.Object({ id: Id });

export const FieldHistoryParams = Type.Object({
  id: Id,
  field: Type.String({ pattern: "^[a-z][a-zA-Z0-9_.]{0,63}$" }),
});

export const FieldSource = {
  givenBy: Type.Union(
    [
      Type.Literal("guest"),
      Type.Literal("import"),
      Type.Literal("zalo"),
      Type.Literal("staff"),
      Type.Literal("customer"),
    ],
    {
      description:
        "Who handed it over: the guest at a branch, a file, Zalo, staff, or the customer on their own page",
    },
  ),
  givenAt: Time,
  staffId: nullable(Id),
  staffName: nullable(Type.String({ description: "Null as well: they have left" })),
  branchId: nullable({ ...Id, description: "Null: it was said at no branch" }),
  branchName: nullable(Type.String()),
  termsVersion: Type.Union([Type.Integer(), Type.Null()], {
    description: "The version of the terms it was given under",
  }),
};

export const FieldHistoryReply = Type.Object({
  values: Type.Array(
    Type.Object({
      value: Type.String({ description: "Empty: it was taken away" }),
      ...FieldSource,
    }),
    { description: "Everything that was ever said of it, the newest first" },
  ),
});
export type FieldHistoryReply = Static<typeof FieldHistoryReply>;

export const ContactParams = Type.Object({ id: Id, contactId: Id });
export const ContactBody = Type.Object({
  role: Type.String({ maxLength: 100, description: "What they are there, such as accountant" }),
});
const Linked = Type.Object({
  customerId: Id,
  name: nullable(Type.String()),
  phone: nullable(Type.String()),
  role: Type.String(),
});
export const ContactsReply = Type.Object({
  contacts: Type.Array(Linked, { description: "Of a company: its people, by name" }),
  companies: Type.Array(Linked, { description: "Of a person: the companies they stand for" }),
});
export type ContactsReply = Static<typeof ContactsReply>;
