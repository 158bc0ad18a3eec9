import "./kits.css";
import { Skeleton } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { NothingHere, Page } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { KitEditor } from "./kit-editor.tsx";
import { useTexts } from "./texts.ts";
import { useKit } from "./use-kit.ts";

/** One kit: changed on the left, seen on a phone on the right. */
export function KitPage({ params }: ScreenProps) {
  const ownerId = params.ownerId ?? "";
  const t = useTexts();
  const { data, error, refetch } = useKit(ownerId);
  if (error instanceof ApiError && error.code === "not-found") return <NothingHere />;
  const name = data && (data.kind === "company" ? t("company-kit") : data.name);
  return (
    <Page
      title={name ?? t("kits")}
      summary={data && t(data.kind === "company" ? "company-kit-hint" : "kit-summary")}
      parent={{ path: "/brand-kits", label: t("kits") }}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {!data && !error && <Skeleton height={480} radius="lg" aria-busy="true" />}
      {data && <KitEditor key={ownerId} kit={data} />}
    </Page>
  );
}
