import fc from "fast-check";
import { expect, test } from "vitest";
import { prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket, encodePacket } from "../protocol/packet.ts";
import {
  findProvedPassword,
  isMacAuthentication,
  provesPassword,
  provesSecret,
  readAccessRequest,
} from "./access-request.ts";

const key = prepareSecret("radius-secret-of-a-test");
const MICROSOFT = 311;

/** What is read of a log-in, in lengths that fit now and then. */
const anyAttribute = fc.oneof(
  fc.record({
    vendor: fc.constant(0),
    type: fc.constantFrom(1, 2, 3, 6, 31, 60, 80),
    value: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.uint8Array({ minLength: 16, maxLength: 17 }),
      fc.constantFrom("AC-00-5E-00-53-01", "an").map((text) => Buffer.from(text)),
    ),
  }),
  fc.record({
    vendor: fc.constant(MICROSOFT),
    type: fc.constantFrom(1, 11, 25),
    value: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 50, maxLength: 50 }),
    ),
  }),
);

test("any log-in is read, and proves no password by chance", () => {
  fc.assert(
    fc.property(fc.array(anyAttribute, { maxLength: 8 }), (attributes) => {
      const authenticator = Buffer.alloc(16, 7);
      const code = codes.accessRequest;
      const decoded = decodePacket(
        encodePacket({ code, identifier: 1, authenticator, attributes }),
      );
      if (decoded.kind === "malformed") throw new Error(decoded.reason);
      const request = readAccessRequest(decoded.packet, key);
      expect(provesPassword(request.proof, "a password of nobody")).toBe(false);
      expect(findProvedPassword(request, "a password of nobody")).toBeNull();
      expect([isMacAuthentication(request), provesSecret(request)]).toHaveLength(2);
    }),
    { numRuns: 1000 },
  );
});
