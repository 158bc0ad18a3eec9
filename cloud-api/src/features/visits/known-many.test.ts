import type { KnownGuests } from "@foyer/contract";
import { expect, test } from "vitest";
import { askUntil } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { KNOWN_GUESTS_MAX } from "./known-guests.ts";

const MANY = KNOWN_GUESTS_MAX + 1;
const company = openTwoBranches();

/** More customers than one answer tells of, all of whom have a tag. */
async function addMany(tagId: string): Promise<void> {
  const { site, staff, box } = company;
  const numbers = "generate_series(1, $2::integer) as number";
  const id = "('01990000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid";
  await site.asAdministrator(
    `insert into customers (tenant_id, id, source_branch_id, source_at, first_seen_at, last_seen_at,
       changed_position, name)
     select $1, ${id}, $3, now(), now(), now() - number * interval '1 second', 1, 'Guest ' || number
     from ${numbers}`,
    [staff.tenantId, MANY, box.branchId],
  );
  await site.asAdministrator(
    `insert into brand_customers (tenant_id, brand_id, customer_id, is_known, seen_at, changed_position)
     select $1, (select brand_id from branches where id = $3), ${id}, true,
       now() - number * interval '1 second', 1
     from ${numbers}`,
    [staff.tenantId, MANY, box.branchId],
  );
  await site.asAdministrator(
    `insert into customer_identifiers (tenant_id, kind, value, customer_id)
     select $1, 'phone', '+849' || lpad(number::text, 8, '0'), ${id} from ${numbers}`,
    [staff.tenantId, MANY],
  );
  await site.asAdministrator(
    `insert into customer_marks (tenant_id, customer_id, mark_id, kind)
     select $1, ${id}, $3, 'tag' from ${numbers}`,
    [staff.tenantId, MANY, tagId],
  );
}

/** All pages of one fill, from what is asked for on. */
async function takeFill(guests: number, isRight: (first: KnownGuests) => boolean) {
  const first = await askUntil(
    () => company.box.pull({ settings: 99, guests, guestsPage: "start" }),
    (reply) => reply?.knownGuests != null && isRight(reply.knownGuests),
  );
  const pages = [first?.knownGuests];
  for (let next = pages[0]?.fill?.next; next; next = pages.at(-1)?.fill?.next) {
    const reply = await company.box.pull({ settings: 99, guests: 0, guestsPage: next });
    pages.push(reply?.knownGuests);
  }
  const told = pages.flatMap((page) => page?.guests ?? []);
  return { position: pages[0]?.position ?? 0, guests: told };
}

test("what one event changes of more guests than one answer tells of reaches the box, and dams nothing", async () => {
  const { staff, box } = company;
  const made = await staff.request("POST", "/api/v1/tags", { name: "Khách quen" });
  const { id: tagId } = made.body as { id: string };
  await addMany(tagId);
  const before = await takeFill(0, ({ guests }) => guests.length > 0);
  expect(before.guests).toHaveLength(MANY);
  expect(before.guests.every(({ tags }) => tags?.[0] === tagId)).toBe(true);
  expect((await staff.request("DELETE", `/api/v1/tags/${tagId}`)).status).toBe(204);
  const after = await takeFill(before.position, () => true);
  expect(after.guests).toHaveLength(MANY);
  expect(after.guests.every(({ tags = [] }) => tags.length === 0)).toBe(true);
  await box.push(box.signIn({ phone: "+84987654321", name: "Lan" }).events);
  const later = await takeFill(after.position, ({ guests }) => guests.length > 0);
  expect(later.guests.map(({ name }) => name)).toEqual(["Lan"]);
}, 120_000);
