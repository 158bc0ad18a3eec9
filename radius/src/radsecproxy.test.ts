import { listOpenSessions } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { MAC, NAS_ID } from "../test/box.ts";
import { openTestNas, type TestNas } from "../test/nas.ts";
import { describeWithPeer } from "../test/peers.ts";
import { NAS_NAME, startRadsecBox } from "../test/radsec-nas.ts";
import { startRadsecproxy } from "../test/radsecproxy.ts";
import { codes } from "./protocol/dictionary.ts";
import { attribute } from "./protocol/values.ts";

const SECRET = "secret-of-the-proxy";

/** The proxy takes a moment to listen and to connect, and says of neither. */
const askUntilAnswered = async (nas: TestNas, portNumber: number, bytes: Buffer) => {
  for (let tries = 0; tries < 40; tries++) {
    const reply = await nas.exchange(portNumber, bytes, 500);
    if (reply) return reply;
  }
  throw new Error("radsecproxy passed no answer on");
};

describeWithPeer("radsecproxy", "RFC 6614: a real RadSec client", () => {
  test("carries log-ins and accounting of its access points to the box and back", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const proxy = await startRadsecproxy(radsecPort, SECRET, { certificates, name: NAS_NAME });
    const nas = await openTestNas(SECRET);
    const { username: userName, password } = box.issueTicketFor();
    const accept = await askUntilAnswered(nas, proxy, nas.pap({ userName, password, mac: MAC }));
    expect(accept.code).toBe(codes.accessAccept);
    const record = nas.accounting([
      attribute("Acct-Status-Type", 1),
      attribute("Acct-Session-Id", "s-1"),
      attribute("Calling-Station-Id", MAC),
      attribute("User-Name", userName),
    ]);
    expect((await askUntilAnswered(nas, proxy, record)).code).toBe(codes.accountingResponse);
    expect(box.store.read(listOpenSessions)).toMatchObject([{ nasId: NAS_ID, userName }]);
  });

  test("with a certificate of a name nobody knows is told nothing", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const proxy = await startRadsecproxy(radsecPort, SECRET, { certificates, name: "ap-9.test" });
    const nas = await openTestNas(SECRET);
    const bytes = nas.pap({ userName: "an", password: "x", mac: MAC });
    while (!box.health().unknown.nas.some((each) => each.nasIdentifier === "ap-9.test"))
      expect(await nas.exchange(proxy, bytes, 300)).toBeNull();
    expect(box.health().nas).toEqual({});
  });
});
