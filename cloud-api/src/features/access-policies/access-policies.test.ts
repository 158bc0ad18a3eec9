import type { AccessPolicy, BranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { PoliciesReply } from "./schema.ts";

const VIP = "01990000-0000-7000-8000-0000000000f1";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const policy = (given: Partial<AccessPolicy> = {}): AccessPolicy => ({
  id: VIP,
  name: "VIP",
  when: { methods: [], visitNumberMin: null },
  sessionSeconds: 7200,
  idleSeconds: null,
  uploadKbps: 5_000,
  downloadKbps: 20_000,
  sessionBytes: null,
  ...given,
});

const pathOf = (id: string) => `/api/v1/branches/${id}/access-policies`;
const read = (by = staff) => by.get<PoliciesReply>(pathOf(branchId));
const save = (body: unknown, { by = staff, branch = branchId } = {}) =>
  by.request("PUT", pathOf(branch), body);

async function makeMark(noun: "groups" | "tags", name: string, by = staff): Promise<string> {
  const { body } = await by.request("POST", `/api/v1/${noun}`, { name });
  return (body as { id: string }).id;
}

describe("a branch's access policies", () => {
  test("part of MC-2.5: the policy sent to the box carries the up and down rate of a group", async () => {
    const { version, policies } = await read();
    const group = await makeMark("groups", "VIP");
    const vip = policy({ when: { methods: [], visitNumberMin: null, groups: [group] } });
    const saved = await save({ version, policies: [vip, ...policies] });
    expect(saved).toMatchObject({ status: 200, body: { version: version + 1 } });
    const pulled = await box.pull({ settings: version });
    const settings = pulled?.settings as BranchSettings;
    expect(settings.version).toBe(version + 1);
    expect(settings.policies).toEqual([vip, ...policies]);
    expect(settings.policies[0]).toMatchObject({ uploadKbps: 5_000, downloadKbps: 20_000 });
  });

  test("keep every limit and condition they were given, nulls and absent ones too", async () => {
    const { version } = await read();
    const [group, tag] = [await makeMark("groups", "VIP"), await makeMark("tags", "Vegan")];
    const whole = policy({
      when: {
        methods: ["returning"],
        visitNumberMin: 2,
        visitNumberMax: 9,
        groups: [group],
        tags: [tag],
        tiers: [],
      },
      sessionBytes: 5_000_000_000,
      ...{ sessionUploadBytes: 2_000_000_000, sessionDownloadBytes: null },
      quotas: [
        { per: "week", seconds: 36_000, bytes: null },
        { per: "day", seconds: null, bytes: null, uploadBytes: 5_000_000_000, downloadBytes: null },
      ],
      allowedHours: [{ days: [1, 7], from: "08:00", to: "02:00" }],
      devicesMax: 2,
      validUntil: "2030-01-01T00:00:00.000Z",
    });
    const policies = [whole, policy({ id: group, name: "Everybody", sessionSeconds: null })];
    expect(await save({ version, policies })).toMatchObject({ status: 200, body: { policies } });
    expect((await read()).policies).toEqual(policies);
  });

  test("the rest of the settings stays as it was", async () => {
    const path = `/api/v1/branches/${branchId}/settings`;
    const before = await staff.get<BranchSettings>(path);
    await save({ version: (await read()).version, policies: [policy()] });
    const version = before.version + 1;
    expect(await staff.get(path)).toEqual({ ...before, version, policies: [policy()] });
  });

  test("a list made from an older version is refused, and of two at once one is kept", async () => {
    const { version } = await read();
    const lists = ["One", "Two"].map((name) => ({ version, policies: [policy({ name })] }));
    const answers = await Promise.all(lists.map((list) => save(list)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await read()).version).toBe(version + 1);
    expect((await save({ version, policies: [policy()] })).status).toBe(409);
  });

  test.each<[field: string, change: object]>([
    ["/policies/0/name", { name: "a".repeat(101) }],
    ["/policies/0/downloadKbps", { downloadKbps: 0 }],
    ["/policies/0/sessionSeconds", { sessionSeconds: 30 }],
    ["/policies/0/sessionUploadBytes", { sessionUploadBytes: 0 }],
    [
      "/policies/0/quotas/0/downloadBytes",
      { quotas: [{ per: "day", seconds: null, bytes: null, downloadBytes: 2 ** 60 }] },
    ],
    ["/policies/0/quotas/0/bytes", { quotas: [{ per: "day", seconds: null, bytes: 0 }] }],
    [
      "/policies/0/allowedHours/0/from",
      { allowedHours: [{ days: [1], from: "24:00", to: "08:00" }] },
    ],
    ["/policies/0/devicesMax", { devicesMax: 0 }],
    ["/policies/0/validUntil", { validUntil: "tomorrow" }],
    [
      "/policies/0/when/visitNumberMax",
      { when: { methods: [], visitNumberMin: 5, visitNumberMax: 4 } },
    ],
  ])("a fault at %s is refused with its place", async (field, change) => {
    const { version } = await read();
    const answer = await save({ version, policies: [{ ...policy(), ...change }] });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid", field } });
    expect((await read()).version).toBe(version);
  });

  test("no list at all, and two policies with one id, are refused", async () => {
    const { version } = await read();
    expect((await save({ version, policies: [] })).status).toBe(400);
    const twice = await save({ version, policies: [policy(), policy()] });
    expect(twice).toMatchObject({ status: 400, body: { field: "/policies/1/id" } });
  });

  test("a group or tag of another company, or a tag in place of a group, is refused", async () => {
    const stranger = await site.addOwner("Other");
    const theirs = await makeMark("groups", "VIP", stranger);
    const tag = await makeMark("tags", "Vegan");
    const { version } = await read();
    for (const id of [theirs, tag]) {
      const when = { methods: [], visitNumberMin: null, groups: [id] };
      const answer = await save({ version, policies: [policy({ when })] });
      expect(answer).toMatchObject({
        status: 400,
        body: { field: "/policies/0/when/groups/0" },
      });
    }
    expect((await read()).version).toBe(version);
  });

  test("another company's branch is as if it were not there", async () => {
    const stranger = await site.addOwner("Other");
    expect((await stranger.request("GET", pathOf(branchId))).status).toBe(404);
    const answer = await save({ version: 1, policies: [policy()] }, { by: stranger });
    expect(answer.status).toBe(404);
  });

  test("a viewer reads them and changes none", async () => {
    const viewer = await site.addViewer(staff);
    const { version, policies } = await read(viewer);
    expect(policies).toHaveLength(1);
    expect((await save({ version, policies: [policy()] }, { by: viewer })).status).toBe(403);
    expect((await read()).policies).toEqual(policies);
  });
});

describe("a group that a policy is for", () => {
  async function nameIn(kind: "groups" | "tags") {
    const id = await makeMark(kind, "VIP");
    const { version } = await read();
    const named = policy({ when: { methods: [], visitNumberMin: null, [kind]: [id] } });
    const remove = () => staff.request("DELETE", `/api/v1/${kind}/${id}`);
    return { remove, version, list: { version, policies: [named] } };
  }

  test.each(["groups", "tags"] as const)(
    "of %s, it cannot be removed before the policy is changed",
    async (kind) => {
      const { remove, version, list } = await nameIn(kind);
      expect((await save(list)).status).toBe(200);
      const refused = await remove();
      expect(refused).toMatchObject({ status: 409 });
      expect((refused.body as { message: string }).message).toContain("VIP of Hồ Gươm");
      await save({ version: version + 1, policies: [policy()] });
      expect((await remove()).status).toBe(204);
    },
  );

  test("removed while a policy comes to name it, one of the two is refused", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { remove, list } = await nameIn("groups");
      const [saved, removed] = await Promise.all([save(list), remove()]);
      const isNamed = saved.status === 200;
      expect([saved.status, removed.status]).toEqual(isNamed ? [200, 409] : [400, 204]);
      if (!isNamed) continue;
      const { version } = await read();
      await save({ version, policies: [policy()] });
      await remove();
    }
  });
});
