import { expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const PHONE = "+84912345678";

describeWithChromium("what is told of customers in a browser", () => {
  const app = openStaffApp();

  async function fill(owner: TestStaff): Promise<string> {
    const ask = async (method: string, path: string, body: object) => {
      const answer = await owner.request(method, `/api/v1${path}`, body);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      return answer.body as { id: string };
    };
    const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
    const box = await owner.addBox(branchId);
    const at = new Date(Date.now() - 600_000);
    const lan = box.signIn({ phone: PHONE, name: "Nguyễn Lan", at });
    const visit = box.visit({ ...lan, startedAt: at, endedAt: null });
    await box.push([...lan.events, ...visit.events]);
    const list = () => owner.get<{ customers: { id: string }[] }>("/api/v1/customers");
    const { customers } = await askUntil(list, (all) => all.customers.length === 1);
    const gone = await ask("POST", "/customers", { branchId, values: { name: "Lan cũ" } });
    await ask("PATCH", `/customers/${gone.id}`, { values: { address: "12 Tràng Tiền" } });
    await ask("POST", "/customer-merges", { keptId: customers[0]?.id, goneId: gone.id });
    await askUntil(list, (all) => all.customers.length === 1);
    const test = { is: "begins", text: "+8491" };
    const tree = { kind: "any", of: [{ kind: "field", field: "phone", test }] };
    const { id } = await ask("POST", "/segments", { name: "Đầu số 091", tree });
    await ask("PUT", `/segments/${id}`, { name: "Đầu số 091", tree: { ...tree, kind: "none" } });
    return id;
  }

  test.each([1280, 390])(
    "at %i px the audit log says conditions in words and whose a merged record is; whoever may not see customers is told of a customer, and nowhere whose",
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      await fill(owner);
      const page = await app.enter(owner, { language: "en", width });
      await page.goto("/audit?kind=segments");
      await page
        .getByText(/^Customers who .*begins with/)
        .first()
        .waitFor();
      expect(await page.locator("main").textContent()).not.toMatch(/one-of|"kind"|test ›|› kind/);
      await expectToFit(page, `audit-tree-${width}`);
      await page.goto("/audit?kind=customers");
      await page.getByText("12 Tràng Tiền").waitFor();
      expect(await page.locator("main").textContent()).not.toContain("has no name now");
      const permissions = ["visits.read", "segments.read", "audit.read", "branches.read"];
      const little = await app.site.addStaffWith(owner, permissions);
      const other = await app.enter(little, { language: "en", width });
      await other.goto("/visits");
      await other.getByText("A customer", { exact: true }).first().waitFor();
      await expectToFit(other, `visits-unseen-${width}`);
      await other.goto("/audit?kind=customers");
      await other.getByText("Your role may not see customers.", { exact: false }).first().waitFor();
      await expectToFit(other, `audit-unseen-${width}`);
      await other.goto("/segments");
      await other.getByText("•••").first().waitFor();
      await expectToFit(other, `segments-unseen-${width}`);
      await other.goto("/customers");
      await other.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
      await expectToFit(other, `customers-unseen-${width}`);
      expect(await other.locator("main").textContent()).not.toContain("Lan");
    },
    240_000,
  );
});
