import { attribute, codes, decodePacket, encodeRequest, prepareSecret } from "@foyer/radius";
import { expect, test } from "vitest";
import { changeLimits, readLimits } from "./records.ts";

const GIB = 2 ** 30;

/** What an access controller reads off these attributes. */
function read(attributes: Parameters<typeof encodeRequest>[0]["attributes"]) {
  const code = codes.coaRequest;
  const packet = { code, identifier: 1, authenticator: null, attributes, isSigned: false };
  const decoded = decodePacket(encodeRequest(packet, prepareSecret("secret")));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return readLimits(decoded.packet);
}

test("volumes beyond 4 GiB are read whole, each of its own way: input is what the guest sends", () => {
  const limits = read([
    attribute("ChilliSpot-Max-Input-Octets", 7),
    attribute("ChilliSpot-Max-Input-Gigawords", 1),
    attribute("ChilliSpot-Max-Output-Octets", 9),
  ]);
  expect(limits).toMatchObject({ totalBytes: null, uploadBytes: 4 * GIB + 7, downloadBytes: 9 });
});

test("a change of one volume leaves the others as they were", () => {
  const before = read([attribute("ChilliSpot-Max-Input-Octets", 7)]);
  const change = read([attribute("ChilliSpot-Max-Output-Octets", 9)]);
  const after = { totalBytes: null, uploadBytes: 7, downloadBytes: 9 };
  expect(changeLimits(before, change)).toMatchObject(after);
});
