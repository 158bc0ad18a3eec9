import { ENROL_PATH } from "@foyer/contract";
import pino from "pino";
import { expect, test } from "vitest";
import { makeKey, writeEnrolRequest } from "../../../test/box-calls.ts";
import { openTestApp } from "../../../test/open-test-app.ts";
import type { BranchReply } from "./schema.ts";

type Offer = { enrolmentCode: string };
type Added = { box: { id: string }; offer: Offer };

const BRANCH = {
  name: "Bến Thành",
  timeZone: "Asia/Ho_Chi_Minh",
  country: "VN",
  languages: ["vi"],
};

test("the log says who made a code and which box came by it, and never the code", async () => {
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const site = await openTestApp({ log });
  try {
    const owner = await site.signUp();
    const { body: branch } = await owner.ask<BranchReply>("POST", "/api/v1/branches", BRANCH);
    const boxes = `/api/v1/branches/${branch.id}/boxes`;
    const { body: added } = await owner.ask<Added>("POST", boxes, { name: "Quầy" });
    const boxId = added.box.id;
    const path = `${boxes}/${boxId}/enrolment`;
    const { body: again } = await owner.ask<Offer>("POST", path);
    for (const code of [added.offer.enrolmentCode, again.enrolmentCode])
      await site.app.inject({
        ...{ method: "POST", url: ENROL_PATH },
        payload: writeEnrolRequest(code, makeKey()),
      });
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const made = told.filter(({ msg }) => msg === "enrolment code made");
    expect(made).toHaveLength(2);
    for (const line of made)
      expect(line).toMatchObject({ boxId, branchId: branch.id, staffId: expect.any(String) });
    expect(told.filter(({ msg }) => msg === "box enrolled")).toMatchObject([{ boxId }]);
    for (const code of [added.offer.enrolmentCode, again.enrolmentCode])
      for (const written of [code, code.replaceAll("-", "")])
        expect(lines.join("")).not.toContain(written);
  } finally {
    await site.close();
  }
});
