import {
  applyCodeAnswers,
  claimCodeRequest,
  createCode,
  findCodeRequest,
  requestCodeMessage,
} from "@foyer/branch-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BOX_KEY, makeBox, type TestBox, waitUntil } from "../test/box.ts";
import { type CloudDouble, startCloudDouble } from "../test/cloud-double.ts";
import { type SyncAgent, startSyncAgent } from "./index.ts";

let box: TestBox;
const cleanUps: (() => unknown)[] = [];
beforeEach(() => {
  box = makeBox();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  box.remove();
});

function requestCode() {
  return box.store.transaction((tx) => {
    const nasId = "01990000-0000-7000-8000-0000000000aa";
    const guest = { mac: "AC-00-5E-00-53-01", language: "vi" } as const;
    const contact = { kind: "phone", value: "+84900000001" } as const;
    const more = { nasId, contact, secret: "S", codeSeconds: 300, terms: null };
    const code = createCode(tx, { ...guest, ...more });
    return requestCodeMessage(tx, {
      ...{ codeId: code.id, code: "493027", host: null, address: null },
    });
  });
}

const stateOf = ({ codeId }: { codeId: string }) =>
  box.store.read((tx) => findCodeRequest(tx, codeId))?.state;

async function startAgent(cloudUrl: string): Promise<SyncAgent> {
  const identity = { ...box.identity, cloudUrl };
  const agent = await startSyncAgent({
    ...{ identity, boxKey: BOX_KEY, store: box.store, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  return agent;
}

async function startCloud(push: () => "process" | "lose-answer" | "lose-request") {
  const cloud: CloudDouble = await startCloudDouble({ boxKey: BOX_KEY, onPush: push });
  cleanUps.push(cloud.close);
  return cloud;
}

test("a code is the agent's once it is handed over, and the portal cannot take it back", async () => {
  const cloud = await startCloud(() => "process");
  await startAgent(cloud.origin);
  const request = requestCode();
  await waitUntil("it was stored", () =>
    cloud.stored.some(({ type }) => type === "code.requested"),
  );
  expect(stateOf(request)).toBe("pushed");
  expect(box.store.transaction((tx) => claimCodeRequest(tx, request.messageId))).toBe(false);
});

test("with no way to the cloud not an octet leaves: the portal may take the code back", async () => {
  await startAgent("http://127.0.0.1:9");
  const request = requestCode();
  await waitUntil("it was claimed", () =>
    box.store.transaction((tx) => claimCodeRequest(tx, request.messageId)),
  );
  expect(stateOf(request)).toBe("claimed");
});

test("where the answer is lost nobody knows, and the same message is handed over again until it is told", async () => {
  const answers = ["lose-answer", "lose-request"] as ("lose-answer" | "lose-request")[];
  const cloud = await startCloud(() => answers.shift() ?? "process");
  const request = requestCode();
  await startAgent(cloud.origin);
  await waitUntil("both were lost", () => answers.length === 0);
  expect(stateOf(request)).toBe("pushed");
  await waitUntil("all is acknowledged", () => box.store.read((tx) => countOutbox(tx)) === 0);
  const asked = cloud.stored.filter(({ type }) => type === "code.requested");
  expect(asked).toHaveLength(1);
  const answer = { messageId: request.messageId, position: 1, state: "sent", by: "sms" } as const;
  box.store.transaction((tx) => applyCodeAnswers(tx, [{ ...answer, failure: null }]));
  expect(stateOf(request)).toBe("sent");
});

type Reader = Parameters<Parameters<TestBox["store"]["read"]>[0]>[0];
const countOutbox = (tx: Reader) =>
  (tx.sql("select count(*) as count from outbox").get() as { count: number }).count;
