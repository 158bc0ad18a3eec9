import { BOX_API, type DoorNote } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const MAC = "DA-5E-00-53-00-01";
const MINUTE = 60_000;

describeWithChromium("IT's view of a branch's Wi-Fi", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;
  let visit: ReturnType<EnrolledBox["visit"]>;

  beforeEach(async () => {
    owner = await app.site.addOwner("Cà phê Sông Hương");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    await nameAccessPoint();
    await letLanIn();
  });

  const at = (path: string) => `/api/v1/branches/${box.branchId}/${path}`;

  async function nameAccessPoint(): Promise<void> {
    const settings = await owner.get<object>(at("settings"));
    const nas = [
      {
        ...{ id: NAS_ID, name: "Counter", kind: "radius", vendor: "plain", source: "10.0.0.1" },
        ...{ nasIdentifier: "", radiusSecret: "a secret of the test" },
      },
    ];
    await owner.request("PUT", at("settings"), { ...settings, nas });
  }

  async function letLanIn(): Promise<void> {
    const since = new Date(app.site.now().getTime() - 10 * MINUTE);
    const lan = box.signIn({ phone: "+84912345678", name: "Lan", mac: MAC, at: since });
    visit = box.visit({ ...lan, startedAt: since, endedAt: null });
    await box.push([...lan.events, ...visit.events]);
    type Online = { sessions: { name: string | null }[] };
    await askUntil(
      () => owner.get<Online>(at("online")),
      (reply) => reply.sessions[0]?.name === "Lan",
    );
  }

  /** Lan has sent 3 MB, and received 48. */
  async function limitVolumes(): Promise<void> {
    type Policies = { version: number; policies: [{ id: string }] };
    const { version, policies } = await owner.get<Policies>(at("access-policies"));
    const [first] = policies;
    const volumes = { sessionBytes: 60e6, sessionUploadBytes: 4e6, sessionDownloadBytes: 1e9 };
    const limited = { ...first, sessionSeconds: 3600, ...volumes };
    await owner.request("PUT", at("access-policies"), { version, policies: [limited] });
    const { sessionId, visitId } = visit;
    const usage = { connectedSeconds: 600, uploadBytes: 3e6, downloadBytes: 48e6 };
    const told = { sessionId, visitId, policyId: first.id, ...usage };
    await box.push([box.write("session.updated", told, app.site.now())]);
  }

  async function open(view: string, width: number): Promise<void> {
    page = await app.enter(owner, { width });
    await page.goto(`/wifi?view=${view}`);
  }

  const words = () => page.locator("main").textContent();
  const pullCommands = async () =>
    (await box.pull({ settings: 99, guests: 1e9, boxCommands: 0 }))?.boxCommands ?? [];
  const expectToFit = async () => {
    const beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate<number>(beside)).toBeLessThanOrEqual(0);
  };

  test.each([1280, 390])(
    "shows who is on, sends them off and says so, at %i pixels",
    async (width) => {
      await open("online", width);
      await expect.poll(words, PATIENTLY).toMatch(/Lan.*DA-5E-00-53-00-01/s);
      expect(await words()).toContain("Counter");
      await page.getByRole("button", { name: /Thao tác với Lan|Actions for Lan/ }).click();
      await page.getByRole("menuitem", { name: /^(Ngắt kết nối|Send off)$/ }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: /^(Ngắt kết nối|Send off)$/ }).click();
      await expect.poll(words, PATIENTLY).toMatch(/Đang ngắt|Being sent off/);
      const commandId = (await pullCommands()).at(-1)?.id as string;
      const answers = [
        { commandId, outcome: "refused 503", finishedAt: app.site.now().toISOString() },
      ];
      await box.call(BOX_API.commandAnswers, { answers });
      await expect
        .poll(words, PATIENTLY)
        .toMatch(/(Điểm truy cập từ chối|Access point refused): refused 503/);
      await expectToFit();
    },
  );

  test.each([1280, 390])(
    "says what is left of a session of each volume that its policy limits, at %i pixels",
    async (width) => {
      await limitVolumes();
      await open("online", width);
      const left = / · 9\sMB↓ 952\sMB · ↑ 1\sMB/;
      await expect.poll(words, PATIENTLY).toMatch(left);
      await takePicture(page, `what-is-left-${width}`);
      await expectToFit();
    },
  );

  test.each([1280, 390])(
    "blocks a device with a reason, and takes the rule away, at %i pixels",
    async (width) => {
      await open("devices", width);
      await page.getByRole("button", { name: /^(Chặn hoặc cho phép|Block or allow)/ }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(/^(Địa chỉ thiết bị|Device address)/).fill("da5e00530001");
      await dialog.getByText(/Địa chỉ này do điện thoại|This address is made up/).waitFor();
      await dialog.getByLabel(/^(Lý do|Reason)/).fill("Threw a chair");
      await dialog.getByRole("button", { name: /^(Chặn thiết bị|Block the device)$/ }).click();
      await expect.poll(words, PATIENTLY).toContain("Threw a chair");
      expect((await box.pull({ settings: 0 }))?.settings?.deviceRules).toMatchObject([
        { mac: MAC },
      ]);
      await page.getByRole("button", { name: /^(Gỡ quy tắc|Take away the rule)/ }).click();
      await dialog.getByRole("button", { name: /^(Gỡ bỏ|Take away)$/ }).click();
      await expect.poll(words, PATIENTLY).toMatch(/Đã gỡ|Taken away/);
      await expectToFit();
    },
  );

  test.each([1280, 390])(
    "ticks what an access point comes to, with the text to copy beside it, at %i pixels",
    async (width) => {
      await open("access-points", width);
      await expect.poll(words, PATIENTLY).toContain("Counter");
      const now = app.site.now().toISOString();
      const sight = { nasId: NAS_ID, requestAt: now, rightAt: null, wrongSecretAt: now };
      const rest = { letInAt: null, redirectAt: null, accountingAt: null };
      const refusals = [{ reason: "wrong-message-authenticator", count: 4, lastAt: now }];
      await box.call(BOX_API.report, {
        ...{ release: "0.1.0", epoch: box.epoch, now, settingsVersion: 1 },
        outbox: { events: 0, bytes: 0, bytesMax: 1, oldestAt: null, fullInDays: null, thinned: 0 },
        clock: { machineOffsetSeconds: null, uncertaintySeconds: null },
        ...{ freeBytes: null, faults: [], addresses: ["10.0.0.2"] },
        nas: [{ ...sight, ...rest, refusals }],
        unknownSenders: [{ address: "10.0.0.7", count: 3, lastAt: now }],
        refusedArrivals: [{ words: "md is missing", count: 2, lastAt: now }],
      });
      await expect.poll(words, PATIENTLY).toMatch(/Cần bạn xử lý|Needs you/);
      expect(await words()).toMatch(
        /Điểm truy cập có khóa khác|The access point has another secret/,
      );
      expect(await words()).toContain("10.0.0.7");
      expect(await words()).toContain("md is missing");
      await page.getByRole("button", { name: /^(Cài đặt|Set it up)$/ }).click();
      await expect.poll(words, PATIENTLY).toContain("10.0.0.2:1812");
      expect(await words()).toContain("a secret of the test");
      await expectToFit();
    },
  );

  test.each([1280, 390])(
    "says in words why a phone could not get on, at %i pixels",
    async (width) => {
      await open("trace", width);
      await page.getByRole("textbox").fill("0912 345 678");
      await page.getByRole("button", { name: /^(Tra cứu|Look up)$/ }).click();
      await expect.poll(words, PATIENTLY).toMatch(/Đang hỏi hộp|Asking the box/);
      const asked = (await pullCommands()).at(-1);
      expect(asked).toMatchObject({ about: { phone: "+84912345678" } });
      expect(await words()).toContain("+84 912 345 678");
      const ago = (minutes: number) =>
        new Date(app.site.now().getTime() - minutes * MINUTE).toISOString();
      const note = { mac: MAC, nasId: NAS_ID, policyId: null } as const;
      const notes: DoorNote[] = [
        { ...note, at: ago(3), by: "portal", asked: "page", answer: "told", reason: null },
        { ...note, at: ago(2), by: "portal", asked: "code", answer: "told", reason: "code-code" },
        {
          ...note,
          at: ago(1),
          by: "radius",
          asked: "log-in",
          answer: "refused",
          reason: "wrong-password",
        },
        {
          ...note,
          at: ago(0),
          by: "radius",
          asked: "dance",
          answer: "refused",
          reason: "of-tomorrow",
        },
      ];
      const told = { commandId: asked?.id, notes, since: ago(72 * 60) };
      expect((await box.call(BOX_API.doorNotes, told)).status).toBe(204);
      await expect.poll(words, PATIENTLY).toMatch(/Mật khẩu không khớp|The password did not fit/);
      expect(await words(), "what a newer box says").toContain("of-tomorrow");
      await expectToFit();
    },
  );
});
