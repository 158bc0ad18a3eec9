import { ENROL_PATH, type EnrolReply } from "@foyer/contract";
import { type Enrolled, makeKey, writeEnrolRequest } from "./box-calls.ts";
import type { TestApp, TestBrowser } from "./open-test-app.ts";

/** A new box of a branch, that has made itself its key by the code staff were shown. */
export async function enrolBox(
  { app }: Pick<TestApp, "app">,
  staff: TestBrowser,
  branchId: string,
): Promise<Enrolled> {
  const path = `/api/v1/branches/${branchId}/boxes`;
  type Added = { offer: { enrolmentCode: string } };
  const added = await staff.ask<Added>("POST", path, { name: "Quầy" });
  const boxKey = makeKey();
  const payload = writeEnrolRequest(added.body.offer.enrolmentCode, boxKey);
  const answer = await app.inject({ method: "POST", url: ENROL_PATH, payload });
  if (answer.statusCode !== 200) throw new Error(`enrol: ${answer.statusCode} ${answer.body}`);
  return { ...answer.json<EnrolReply>(), boxKey };
}
