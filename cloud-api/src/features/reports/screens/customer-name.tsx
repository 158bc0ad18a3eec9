import { Link } from "wouter";
import { useTexts } from "./texts.ts";

type CustomerNameProps = { id: string | null; name: string | null; unknown?: string };

/** Who somebody is, and the way to them; whoever may not know who came is told no id either. */
export function CustomerName({ id, name, unknown = "–" }: CustomerNameProps) {
  const t = useTexts();
  if (id === null) return <span className="quiet">{unknown}</span>;
  return (
    <Link href={`/customers/${id}`} className="record-link">
      {name ?? <span className="quiet">{t("no-name")}</span>}
    </Link>
  );
}
