import type { Kind } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What earns one, in words. */
export function GivenFor({ kind }: { kind: Kind }) {
  const t = useTexts();
  const { surveyIds, profileCompleteness } = kind;
  const parts = [
    ...(surveyIds.length > 0 ? [t("for-surveys", { count: surveyIds.length })] : []),
    ...(profileCompleteness === null ? [] : [t("for-profile", { percent: profileCompleteness })]),
  ];
  return parts.length > 0 ? parts.join(" · ") : <span className="quiet">{t("for-nothing")}</span>;
}
