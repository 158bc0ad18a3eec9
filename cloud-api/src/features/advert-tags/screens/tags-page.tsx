import { Alert, Anchor, Stack } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { MetaAccess } from "./meta-access.tsx";
import { type Tags, useTags } from "./replies.ts";
import { TagsForm } from "./tags-form.tsx";
import { useTexts } from "./texts.ts";
import { ToldVisits } from "./told-visits.tsx";

/** Whose tags load for guests who agreed to adverts, on which brands, and what was told by them. */
export function TagsPage() {
  const t = useTexts();
  const mayEdit = useMay("advert-tags.edit");
  const { data, error, refetch } = useTags();
  return (
    <Page title={t("title")} summary={data && <Told counts={data.lastWeek} />}>
      {error && !data && <Failure error={error} retry={refetch} />}
      {data && (
        <>
          <Section title={t("tags")} hint={t(mayEdit ? "tags-hint" : "others-change")}>
            <Stack gap="md">
              <TagsForm tags={data} mayEdit={mayEdit} />
              <Alert color="gray" variant="light" icon={<IconScale size={18} />} title={t("law")}>
                {t("law-hint")}
              </Alert>
            </Stack>
          </Section>
          {data.metaPixelId !== null && (
            <Section title={t("copy")} hint={t("copy-hint")}>
              <MetaAccess meta={data.meta} mayEdit={mayEdit} />
            </Section>
          )}
          <ToldVisits />
        </>
      )}
    </Page>
  );
}

/** The answer before the controls: each number opens what it counts. */
function Told({ counts: { sent, waiting, leftOut } }: { counts: Tags["lastWeek"] }) {
  const t = useTexts();
  const format = useFormat();
  if (sent + waiting + leftOut === 0) return <>{t("nothing-told")}</>;
  const parts = [
    { state: "sent", words: t("count-sent", { count: sent, shown: format.count(sent) }) },
    {
      state: "waiting",
      words: t("count-waiting", { count: waiting, shown: format.count(waiting) }),
    },
    {
      state: "left-out",
      words: t("count-left-out", { count: leftOut, shown: format.count(leftOut) }),
    },
  ];
  return (
    <>
      {t("last-week")}{" "}
      {parts.map(({ state, words }, index) => (
        <span key={state}>
          {index > 0 && " · "}
          <Anchor
            component={Link}
            href={`/advert-tags?state=${state}`}
            size="sm"
            display="inline-block"
            mih={24}
          >
            {words}
          </Anchor>
        </span>
      ))}
    </>
  );
}
