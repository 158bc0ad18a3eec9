import { Link } from "wouter";
import { useMay } from "../../../shell/session.tsx";
import { useTexts } from "./texts.ts";

/** Leads to the customer's page for whoever may open it. */
export function CustomerName({ id, name }: { id: string; name: string | null }) {
  const t = useTexts();
  const mayOpen = useMay("customers.read");
  const said = name ?? t("no-name");
  return mayOpen ? (
    <Link href={`/customers/${id}`} className="record-link">
      {said}
    </Link>
  ) : (
    <b>{said}</b>
  );
}
