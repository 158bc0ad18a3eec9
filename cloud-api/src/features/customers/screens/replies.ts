import type { Static } from "typebox";
import type {
  ContactsReply,
  CustomerItem,
  CustomerReply,
  FieldHistoryReply,
  MergeReply,
  OwnFieldReply,
  SuggestionsReply,
} from "../schema.ts";

/** A customer in a list, as GET /api/v1/customers answers. */
export type CustomerRow = Static<typeof CustomerItem>;

/** A customer's page, as GET /api/v1/customers/:id answers. */
export type Customer = Static<typeof CustomerReply>;
/** One thing known of a customer, and where it comes from. */
export type CustomerField = Customer["fields"][number];
export type CustomerRequest = Customer["requests"][number];
export type CustomerConsent = Customer["consents"][number];

/** A field that the company made up. */
export type OwnField = OwnFieldReply;
/** What was once said of a field. */
export type ToldValue = FieldHistoryReply["values"][number];
export type Merge = MergeReply;
export type Suggestion = SuggestionsReply["suggestions"][number];
export type Party = Suggestion["one"];
export type Contacts = ContactsReply;
