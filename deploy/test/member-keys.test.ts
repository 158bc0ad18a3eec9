import { listenForOrders } from "@foyer/gateway";
import { attribute, statusTypes } from "@foyer/radius";
import { openEapNas } from "@foyer/radius/test/eap-nas";
import { pap } from "@foyer/radius/test/member-eap";
import { createSupplicant } from "@foyer/radius/test/supplicant";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { NAS_IDENTIFIER } from "../demo/branch.ts";
import { openPolicySite, SECRETS } from "./policy-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const LAN = { phone: "+84900000001", mac: "AC-00-5E-00-53-01" };
/** What her phone shows on the secure Wi-Fi. */
const OTHER_MAC = "06-00-5E-00-53-02";
const NAMED = attribute("NAS-Identifier", NAS_IDENTIFIER);

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

type Keys = { keys: { id: string; state: string; endedBy: string | null; orderedBy: string }[] };

test("a key that staff end on the customer's page is refused by the box, and who is online with it is taken off", async () => {
  const ordered: string[] = [];
  const accessPoint = await listenForOrders({
    ...{ host: "127.0.0.1", port: 0, secret: SECRETS.radius },
    obey: (order) => {
      ordered.push(order);
      return null;
    },
  });
  onTestFinished(accessPoint.close);
  const site = await openPolicySite(cloud, { disconnectPort: accessPoint.port });
  const key = site.giveKey(LAN);
  /** What the access point is granted for her phone; null: it is refused. */
  const join = async () => {
    const nas = await openEapNas({
      ...{ portNumber: site.authPort, secret: SECRETS.radius, userName: "member" },
      more: [NAMED],
    });
    onTestFinished(nas.close);
    const peer = createSupplicant(nas, { mac: OTHER_MAC });
    await peer.begin();
    await peer.shakeHands();
    const { kind } = await peer.say(pap(key.username, key.password));
    return kind === "proved" ? nas.granted() : null;
  };
  const granted = await join();
  if (granted === null) throw new Error("the key opened nothing");
  await site.tell([
    ...[attribute("Acct-Status-Type", statusTypes.start), attribute("User-Name", "member")],
    ...[attribute("Calling-Station-Id", OTHER_MAC), attribute("Acct-Session-Id", "s-1"), NAMED],
    ...granted,
  ]);
  const { customers } = await askUntil(
    () => cloud.get<{ customers: { id: string }[] }>("GET", "/api/v1/customers"),
    (reply) => reply.customers.length === 1,
  );
  const path = `/api/v1/customers/${customers[0]?.id}/member-keys`;
  const listKeys = () => cloud.get<Keys>("GET", path);
  const { keys } = await askUntil(listKeys, (reply) => reply.keys.length === 1);
  expect(keys).toMatchObject([{ state: "open", endedBy: null }]);
  expect(ordered).toEqual([]);
  expect((await cloud.ask("POST", `${path}/${keys[0]?.id}/end`)).status).toBe(202);
  const ended = await askUntil(listKeys, (reply) => reply.keys[0]?.state === "ended");
  expect(ended.keys).toMatchObject([{ state: "ended", endedBy: "staff", orderedBy: "An" }]);
  expect(await join()).toBeNull();
  await askUntil(
    async () => ordered.length,
    (orders) => orders > 0,
  );
  expect(ordered).toEqual(["disconnect"]);
}, 120_000);
