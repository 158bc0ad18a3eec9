import { Text } from "@mantine/core";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { MembersReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type CustomerNameProps = Pick<MembersReply["members"][number], "id" | "name" | "unnamed">;

/** Leads to the customer's page for whoever may open it; without a name, with what tells them apart. */
export function CustomerName({ id, name, unnamed }: CustomerNameProps) {
  const t = useTexts();
  const mayOpen = useMay("customers.read");
  const said =
    name ?? (unnamed?.phoneEnd ? t("no-name-phone", { end: unnamed.phoneEnd }) : t("no-name"));
  return (
    <>
      {mayOpen ? (
        <Link href={`/customers/${id}`} className="record-link">
          {said}
        </Link>
      ) : (
        <b>{said}</b>
      )}
      {unnamed && !unnamed.phoneEnd && <FirstSeen {...unnamed} />}
    </>
  );
}

function FirstSeen({ seenAt, branchName }: NonNullable<CustomerNameProps["unnamed"]>) {
  const t = useTexts();
  const zone = useZoneOf()(null);
  if (!seenAt) return null;
  return (
    <Text size="xs" className="quiet">
      {t("first-seen")} <Moment at={seenAt} timeZone={zone} />
      {branchName && `, ${branchName}`}
    </Text>
  );
}
