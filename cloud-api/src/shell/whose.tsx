import type { ReactNode } from "react";
import { Link } from "wouter";
import { useShellTexts } from "./language.tsx";

type WhoseProps = {
  /** As the API tells whose a row is. */
  row: { customerId: string | null; customerName: string | null; isCustomer: boolean };
  /** Of a customer without a name. */
  nameless: ReactNode;
  /** Of nobody who is known. */
  nobody: ReactNode;
};

/** Who somebody is and the way to them; that it is a customer, where one's role may not see which. */
export function Whose({ row, nameless, nobody }: WhoseProps) {
  const t = useShellTexts();
  if (row.customerId !== null)
    return (
      <Link href={`/customers/${row.customerId}`} className="record-link">
        {row.customerName ?? nameless}
      </Link>
    );
  if (!row.isCustomer) return <span className="quiet">{nobody}</span>;
  return (
    <span className="quiet" title={t("customer-unseen")}>
      {t("a-customer")}
    </span>
  );
}
