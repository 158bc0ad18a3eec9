import { answerRequest, noteAsked } from "../src/features/customers/answers.ts";
import { STAFF_ID, type TestPeople } from "./open-test-people.ts";

/** Somebody asks that their record is not used. */
export async function askToRestrict(people: TestPeople, customerId: string): Promise<string> {
  let id = "";
  const asked = { customerId, kind: "restriction", note: null, staffId: STAFF_ID } as const;
  await people.change(async (tx) => {
    const { requestId, events } = await noteAsked(tx, asked);
    id = requestId;
    return events;
  });
  return id;
}

/** Staff carry that out, of the record that the request is with by now. */
export const carryOut = (people: TestPeople, id: string, customerId: string): Promise<void> =>
  people.change((tx) =>
    answerRequest(tx, { id, customerId, outcome: "done", note: null, staffId: STAFF_ID }),
  );

export async function restrict(people: TestPeople, customerId: string): Promise<void> {
  await carryOut(people, await askToRestrict(people, customerId), customerId);
}
