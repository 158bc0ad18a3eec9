import { BOX_API, type PullReply } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Enrolled, signBoxCall } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { newId } from "../../platform/clock.ts";
import { run, sql } from "../../platform/db.ts";
import { orderDisconnect } from "./index.ts";
import { COMMAND_SECONDS } from "./rules.ts";
import type { BranchReply, CommandReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp({ tenantName: "Cà phê Sông Hương" });
});
afterAll(() => site?.close());

const NEW_BRANCH = {
  name: "Bến Thành",
  timeZone: "Asia/Ho_Chi_Minh",
  country: "VN",
  languages: ["vi", "en"],
};
const addBranch = async (browser = owner) =>
  (await browser.ask<BranchReply>("POST", "/api/v1/branches", NEW_BRANCH)).body;
const enrol = (branchId: string) => enrolBox(site, owner, branchId);
type Held = { settings?: number; boxCommands?: number; wait?: number };
const pull = async (
  { boxKey }: Enrolled,
  { settings = 1, boxCommands = 0, wait = 0 }: Held = {},
) => {
  const held = `settings=${settings}&guests=0&commands=0&boxCommands=${boxCommands}`;
  const url = `${BOX_API.pull}?${held}&wait=${wait}`;
  const headers = signBoxCall(boxKey, { method: "GET", target: url });
  const answer = await site.app.inject({ method: "GET", url, headers });
  const reply = answer.statusCode === 200 ? answer.json<PullReply>() : null;
  return { status: answer.statusCode, reply, commands: reply?.boxCommands ?? [] };
};

describe("to send a guest off", () => {
  const order = async ({ tenantId, branchId }: Enrolled) => {
    const deviceId = newId();
    await site.database.changeTenant(tenantId, async (tx) => ({
      result: null,
      events: await orderDisconnect(tx, { branchId, deviceId }),
    }));
    return deviceId;
  };
  const listOrders = async ({ branchId, boxId }: Enrolled) =>
    (
      await owner.ask<{ commands: CommandReply[] }>(
        "GET",
        `/api/v1/branches/${branchId}/boxes/${boxId}/commands`,
      )
    ).body.commands;

  test("reaches the branch's waiting box at once, and is not sent again once it is held", async () => {
    const box = await enrol((await addBranch()).id);
    const waiting = pull(box, { wait: 20 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const deviceId = await order(box);
    const { reply, commands } = await waiting;
    expect(commands).toMatchObject([{ kind: "guest.disconnect", deviceId }]);
    expect(reply?.commands, "the list of the release before").toEqual([]);
    const boxCommands = commands[0]?.position ?? 0;
    expect((await pull(box, { boxCommands })).status).toBe(204);
  });

  test("is one command with one id to each box of the branch, and to none of another", async () => {
    const { id: branchId } = await addBranch();
    const [first, second] = [await enrol(branchId), await enrol(branchId)];
    const stranger = await enrol((await addBranch()).id);
    await order(first);
    const [one] = (await pull(first)).commands;
    const [other] = (await pull(second)).commands;
    expect(one?.id).toBe(other?.id);
    expect((await pull(stranger)).status).toBe(204);
    expect(await listOrders(first)).toMatchObject([{ id: one?.id, kind: "guest.disconnect" }]);
    expect(await listOrders(second)).toMatchObject([{ id: one?.id, state: "waiting" }]);
    expect(await listOrders(stranger)).toEqual([]);
  });

  test("gets the next position of its box, whoever orders at once", async () => {
    const { id: branchId } = await addBranch();
    const boxes = [await enrol(branchId), await enrol(branchId)];
    await Promise.all(boxes.flatMap((box) => [order(box), order(box), order(box)]));
    for (const box of boxes) {
      const positions = (await pull(box)).commands.map(({ position }) => position);
      expect(positions).toHaveLength(6);
      expect(new Set(positions).size).toBe(6);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    }
  });

  test("that comes too late is not sent", async () => {
    const box = await enrol((await addBranch()).id);
    await order(box);
    site.passSeconds(COMMAND_SECONDS);
    expect((await pull(box)).status).toBe(204);
  });

  test("ordered by a process of the release before reaches every box that was there then, once", async () => {
    const { id: branchId } = await addBranch();
    const boxes = [await enrol(branchId), await enrol(branchId)];
    const [box] = boxes as [Enrolled, Enrolled];
    const { tenantId } = box;
    const [waits, lapsed] = [newId(), newId()];
    const older = async (id: string, seconds: number) =>
      site.database.inTenant(tenantId, async (tx) => {
        await run(
          tx,
          sql`update branches set command_position = command_position + 1
              where tenant_id = ${tenantId} and id = ${branchId}`,
        );
        const expiresAt = new Date(tx.now.getTime() + seconds * 1000);
        await run(
          tx,
          sql`insert into commands (tenant_id, branch_id, position, id, kind, device_id, created_at,
                expires_at)
              select ${tenantId}, ${branchId}, command_position, ${id}, 'guest.disconnect',
                ${newId()}, ${tx.now}, ${expiresAt}
              from branches where tenant_id = ${tenantId} and id = ${branchId}
              on conflict do nothing`,
        );
      });
    await older(lapsed, -1);
    await older(waits, 300);
    const late = await enrol(branchId);
    const answers = await Promise.all([...boxes, ...boxes].map((each) => pull(each)));
    for (const { commands } of answers) expect(commands.map(({ id }) => id)).toEqual([waits]);
    expect((await pull(late)).status).toBe(204);
    expect((await listOrders(box)).map(({ id }) => id).toSorted()).toEqual(
      [waits, lapsed].toSorted(),
    );
    // The older process goes on, and begins to count anew.
    const again = newId();
    await older(again, 300);
    expect((await pull(box)).commands.map(({ id }) => id)).toEqual([waits, again]);
    const held = answers[0]?.commands[0]?.position ?? 0;
    expect((await pull(box, { boxCommands: held })).commands).toMatchObject([{ id: again }]);
  });
});
