import { Button, Group, Select, Skeleton, Stack, TextInput } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { QrCode } from "../../../shell/qr-code.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { chooseWords, readTables } from "../rules.ts";
import type { LinksReply, SurveyReply } from "../schema.ts";
import { SaleTypeInput } from "./sale-type-select.tsx";
import { useTexts } from "./texts.ts";
import "./print-page.css";

/** Cards with the QR code of a branch, or of each of its tables. On paper nothing else is left. */
export function PrintPage({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { language } = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: ["survey", id],
    queryFn: ({ signal }) => api.get<SurveyReply>(`/surveys/${id}`, signal),
  });
  const title = data ? chooseWords(data.wording.title, language) : t("survey");
  return (
    <Page
      title={t("qr-codes")}
      summary={t("qr-hint")}
      parent={{ path: `/surveys/${id}`, label: title }}
      actions={
        <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          {t("print")}
        </Button>
      }
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={300} radius="lg" />}
      {data && <Cards survey={data} title={title} />}
    </Page>
  );
}

function Cards({ survey, title }: { survey: SurveyReply; title: string }) {
  const t = useTexts();
  const branches = useBranchChoices().filter(({ id }) => survey.branchIds.includes(id));
  const [chosen, setChosen] = useState<string | null>(null);
  const [sold, setSold] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const branch = branches.find(({ id }) => id === chosen) ?? branches[0];
  const { data } = useQuery({
    queryKey: ["survey-links", branch?.id],
    queryFn: ({ signal }) => api.get<LinksReply>(`/branches/${branch?.id}/survey-links`, signal),
    enabled: branch !== undefined,
  });
  const tables = readTables(typed);
  const url = data?.links.find(({ surveyId }) => surveyId === survey.id)?.url;
  if (!branch) return <Empty title={t("not-asked")} />;
  const places = tables?.length ? tables : [null];
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-start" className="not-on-paper">
        <Select
          label={t("branch")}
          data={branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={branch.id}
          onChange={setChosen}
          allowDeselect={false}
          w={{ base: "100%", xs: 240 }}
        />
        <SaleTypeInput among={survey.wording.saleTypeIds} value={sold} choose={setSold} />
        <TextInput
          label={t("tables")}
          placeholder={t("tables-hint")}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={tables === null && t("tables-fault")}
          w={{ base: "100%", xs: 340 }}
        />
      </Group>
      {data && !url && <Empty title={t("no-portal")} />}
      {url && (
        <ul className="survey-cards" aria-label={t("qr-codes")}>
          {places.map((place) => {
            const name = place === null ? branch.name : t("table", { name: place });
            const at = place === null ? url : `${url}/${place}`;
            const address = sold === null ? at : `${at}?sale=${sold}`;
            return (
              <li key={address} className="survey-card">
                <p className="survey-card-title">{title}</p>
                <QrCode
                  className="survey-square"
                  text={address}
                  label={t("qr-of", { place: name })}
                />
                <p>{t("scan")}</p>
                <p className="survey-card-place">{name}</p>
                <p className="survey-card-address">{address}</p>
              </li>
            );
          })}
        </ul>
      )}
    </Stack>
  );
}
