import type { Saved } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Who made a kept report. */
export function OwnerName({ isOwn, ownerName }: Pick<Saved, "isOwn" | "ownerName">) {
  const t = useTexts();
  if (isOwn) return <span>{t("you")}</span>;
  return ownerName ? <span>{ownerName}</span> : <span className="quiet">{t("left")}</span>;
}
