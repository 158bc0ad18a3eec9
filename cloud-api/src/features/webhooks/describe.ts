import { describeMessage, PUBLIC_EVENTS, TEST_EVENT } from "./event-schema.ts";
import { PUBLIC_TYPES } from "./rules.ts";

const HEADERS = [
  ["webhook-id", "The same for each attempt of a message: what came twice is known by it"],
  ["webhook-timestamp", "When this attempt was made, in seconds since 1970; refuse old ones"],
  ["webhook-signature", "v1, and the base64 of an HMAC-SHA256; several stand apart by a space"],
] as const;

/** What OpenAPI 3.1 calls webhooks: every message that leaves, by its type. */
export function describeWebhooks(): Record<string, object> {
  const parameters = HEADERS.map(([name, description]) => ({
    ...{ name, description, in: "header", required: true, schema: { type: "string" } },
  }));
  const responses = {
    "2XX": { description: "Taken: it is not sent again" },
    "410": { description: "Nothing is wanted here any more: the endpoint is disabled" },
    default: { description: "Tried again for 24 hours, not before what Retry-After says" },
  };
  return Object.fromEntries(
    PUBLIC_TYPES.map((type) => {
      const { summary } = type === "webhook.test" ? TEST_EVENT : PUBLIC_EVENTS[type];
      const content = { "application/json": { schema: describeMessage(type) } };
      const operation = { summary, tags: ["webhooks"], parameters };
      return [
        type,
        { post: { ...operation, requestBody: { required: true, content }, responses } },
      ];
    }),
  );
}
