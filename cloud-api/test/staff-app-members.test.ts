import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("members, and customers by brand, in a browser", () => {
  const app = openStaffApp();

  test.each([390, 1280])(
    "at %i px both lists fit, are searched as one types, and lead to the customer",
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      await owner.request("PATCH", "/api/v1/me", { language: "en" });
      const branch = await owner.addBranch({ name: "Hồ Gươm" });
      const box = await owner.addBox(branch.id);
      const brand = await owner.request("POST", "/api/v1/brands", {
        ...{ name: "Trà Đá", accentColour: "#123456" },
      });
      const { id } = brand.body as { id: string };
      await owner.request("PUT", `/api/v1/brands/${id}/branches`, { branchIds: [branch.id] });
      for (const [index, name] of ["Lan", "Minh"].entries())
        await box.push(box.signIn({ phone: `+8491234560${index}`, name }).events);
      await box.push(box.signIn({ phone: "+84912345678" }).events);
      await askUntil(
        () => owner.get<{ total: number }>("/api/v1/members"),
        ({ total }) => total === 3,
      );
      const page = await app.enter(owner, { width });
      for (const [path, title] of [
        ["/members", "Members"],
        ["/brand-customers", "Customers by brand"],
      ] as const) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        await page.getByRole("link", { name: "Minh" }).waitFor();
        await page.getByRole("link", { name: "No name, …5678" }).waitFor();
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
        await page.getByRole("textbox", { name: "Search by name or number" }).fill("lan");
        await page.getByRole("link", { name: "Minh" }).waitFor({ state: "detached" });
        await page.getByRole("link", { name: "Lan" }).click();
        await page.getByRole("heading", { level: 1, name: "Lan" }).waitFor();
      }
    },
    90_000,
  );
});
