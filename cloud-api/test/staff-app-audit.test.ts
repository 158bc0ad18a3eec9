import { expect, test } from "vitest";
import type { AuditReply } from "../src/features/audit/schema.ts";
import { listFaults } from "./axe.ts";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const KEY = { permissions: ["visits.read"], scope: { kind: "tenant" }, days: 30 };

describeWithChromium("the audit log in a browser", () => {
  const app = openStaffApp();

  /** What leaves no values of its own: something is asked for, taken back, or saved as it was. */
  async function leaveTraces(owner: TestStaff) {
    const ask = async <T = { id: string }>(method: string, path: string, body?: object) => {
      const answer = await owner.request(method as "POST", `/api/v1${path}`, body);
      expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
      return answer.body as T;
    };
    const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
    await owner.addBox(branchId);
    const path = `/branches/${branchId}/settings`;
    await ask("PUT", path, await owner.get<object>(`/api/v1${path}`));
    const tag = await ask("POST", "/tags", { name: "Thân thiết" });
    const customer = await ask("POST", "/customers", { branchId, values: { name: "Nguyễn Lan" } });
    await ask("PUT", `/customers/${customer.id}/tags`, { tagIds: [tag.id] });
    await ask("POST", `/customers/${customer.id}/profile-link`);
    await ask("PUT", "/privacy-law", { law: "gdpr" });
    const key = await ask("POST", "/keys", { name: "Kế toán", ...KEY });
    await ask("DELETE", `/keys/${key.id}`);
    const role = await ask("POST", "/roles", { name: "Trực quầy", permissions: ["visits.read"] });
    await ask("DELETE", `/roles/${role.id}`);
    const url = "https://example.com/hook";
    const hook = await ask("POST", "/webhooks", {
      url,
      description: "Kho",
      types: ["visit.started"],
    });
    await ask("POST", `/webhooks/${hook.id}/test`);
    await ask("POST", `/webhooks/${hook.id}/secret`);
    await ask("PUT", "/me/case-mails", { isOn: false });
  }

  test.each([
    ["en", 1280, "Made: Box", "tags: Thân thiết", "Asked of: Webhook", "sent: a test"],
    ["vi", 390, "Tạo: Hộp", "thẻ: Thân thiết", "Yêu cầu: Webhook", "đã gửi: tin thử"],
  ] as const)(
    "in %s at %i px every row says in words what was before and what is now",
    async (language, width, made, tagged, asked, sent) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      await leaveTraces(owner);
      const { entries } = await owner.get<AuditReply>("/api/v1/audit?limit=200");
      const silent = entries.filter(({ before, after }) => before === null && after === null);
      expect(silent.map(({ action }) => action)).toEqual([]);
      const page = await app.enter(owner, { language, width, height: 900 });
      await page.setViewportSize({ width, height: 900 });
      await page.goto("/audit");
      for (const words of [made, asked])
        await page.getByText(words, { exact: true }).first().waitFor();
      const read = () => page.locator("main").textContent();
      // Names of the API, and ids of records, are nobody's words. The features' words come after the rows.
      const names = /visits\.read|visit\.started|[0-9a-f]{8}-[0-9a-f]{4}-/;
      await expect.poll(read, PATIENTLY).not.toMatch(names);
      const text = await read();
      for (const words of [tagged, sent]) expect(text).toContain(words);
      expect(await page.locator(".surface .quiet", { hasText: /^–$/ }).count()).toBe(0);
      await expectToFit(page, `audit-${language}`);
      expect(await listFaults(page, "audit")).toEqual([]);
    },
  );
});
