import { Button, Skeleton } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { NothingHere, Page } from "../../../shell/page.tsx";
import { QrCode } from "../../../shell/qr-code.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { linkOfCode, spellCode } from "../rules.ts";
import type { BatchWithCodes } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useBatch, useLastDay } from "./use-batch.ts";
import "./sheet.css";

/** A sheet of codes to print and to cut up. On paper nothing else of the app is left. */
export function SheetPage({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { data: batch, error, refetch } = useBatch(id);
  if (error instanceof ApiError && ["not-found", "invalid"].includes(error.code))
    return <NothingHere />;
  return (
    <Page
      title={batch ? t("sheet-of", { name: batch.name }) : t("access-codes")}
      summary={batch && t(batch.portalUrl === null ? "sheet-hint-plain" : "sheet-hint")}
      parent={{ path: `/access-codes/${id}`, label: batch?.name ?? t("access-codes") }}
      actions={
        batch && (
          <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
            {t("print")}
          </Button>
        )
      }
    >
      {error && !batch && <Failure error={error} retry={refetch} />}
      {!error && !batch && <Skeleton height={400} radius="lg" />}
      {batch && <Sheet batch={batch} />}
    </Page>
  );
}

function Sheet({ batch }: { batch: BatchWithCodes }) {
  const t = useTexts();
  const format = useFormat();
  const lastDay = useLastDay()(batch);
  const terms = [
    format.duration(batch.minutes * 60),
    t("devices-of-code", { count: batch.devicesMax }),
  ].join(" · ");
  return (
    <ul className="code-sheet" aria-label={t("codes")}>
      {batch.codes.map(({ id, code }) => (
        <li key={id} className="code-card">
          <div>
            <p className="code-brand">{batch.brandName}</p>
            <p className="code-label">{t("wifi-code")}</p>
            <p className="code-text">{spellCode(code)}</p>
            <p className="code-terms">{terms}</p>
            {lastDay !== null && <p className="code-terms">{t("until-day", { day: lastDay })}</p>}
          </div>
          <QrCode
            className="code-square"
            text={linkOfCode(code, batch.portalUrl)}
            label={t("qr-of", { code: spellCode(code) })}
          />
        </li>
      ))}
    </ul>
  );
}
