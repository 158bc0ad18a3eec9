import type { Limits } from "@foyer/admission";
import type { NasVendorName } from "@foyer/contract";
import { expect, test } from "vitest";
import { decodePacket, encodePacket, writeAttributes } from "../protocol/packet.ts";
import { findValue } from "../protocol/values.ts";
import { type Grant, writeGrant } from "./grant.ts";
import { limitAttributes } from "./index.ts";
import { sessionClass } from "./session-class.ts";

const POLICY = "01990000-0000-7000-8000-000000000080";
const OTHER_POLICY = "01990000-0000-7000-8000-000000000081";
const NONE: Limits = {
  ...{ sessionSeconds: null, idleSeconds: null, sessionBytes: null },
  ...{ uploadKbps: null, downloadKbps: null },
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};

const granted = { limits: NONE, endsAt: null };

/** As a NAS reads it. */
function findClass(grant: Grant): Buffer | null {
  const header = { code: 2, identifier: 0, authenticator: Buffer.alloc(16), attributes: [] };
  const decoded = decodePacket(encodePacket({ ...header, written: writeGrant("plain", grant) }));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return findValue(decoded.packet, "Class");
}

test("a grant says its own limits, whatever was granted before it", () => {
  const limits: Limits[] = [
    NONE,
    ...[60, 61].map((sessionSeconds) => ({ ...NONE, sessionSeconds })),
    { ...NONE, idleSeconds: 60 },
    { ...NONE, sessionBytes: 60 },
    { ...NONE, sessionUploadBytes: 60 },
    { ...NONE, sessionDownloadBytes: 60 },
    { ...NONE, uploadKbps: 60 },
    { ...NONE, downloadKbps: 60 },
  ];
  const vendors: NasVendorName[] = ["chillispot", "plain"];
  const grants = vendors.flatMap((vendor) =>
    [POLICY, OTHER_POLICY].flatMap((policyId) =>
      [...limits, ...limits].flatMap((each) => [
        { vendor, grant: { policyId, limits: each, granted } },
        { vendor, grant: { policyId, limits: each, granted: { ...granted, limits: each } } },
        { vendor, grant: { policyId, limits: each, granted: { ...granted, endsAt: new Date(0) } } },
      ]),
    ),
  );
  for (const { vendor, grant } of [...grants, ...grants.toReversed()])
    expect(writeGrant(vendor, grant)).toEqual(
      writeAttributes([...limitAttributes(vendor, grant.limits), sessionClass(grant)]),
    );
});

test("what no policy names any more makes room", () => {
  for (let at = 0; at < 1000; at++) {
    const limits = { ...NONE, sessionSeconds: at };
    const grant = { policyId: `policy-${at}`, limits, granted };
    expect(findClass(grant)).toEqual(sessionClass(grant).value);
  }
});

test("the same limits by another access code are told with that code's own id", () => {
  for (const accessCodeId of ["first", "second", undefined]) {
    const by = { ...granted, ...(accessCodeId !== undefined && { accessCodeId }) };
    const grant = { policyId: "by-code", limits: NONE, granted: by };
    expect(findClass(grant)).toEqual(sessionClass(grant).value);
  }
});

test("the same limits by another member's key are told with that key's own name", () => {
  for (const credential of ["of-the-first-one", "of-the-other-one", undefined]) {
    const by = { ...granted, ...(credential !== undefined && { credential }) };
    const grant = { policyId: "by-key", limits: NONE, granted: by };
    expect(findClass(grant)).toEqual(sessionClass(grant).value);
  }
});
