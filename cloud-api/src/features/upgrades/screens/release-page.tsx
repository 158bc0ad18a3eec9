import { Button, Group, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import type { OperatedReleases, RunningReleases } from "../schema.ts";
import { ReleaseSection } from "./release-section.tsx";
import { useTexts } from "./texts.ts";
import { UploadDialog } from "./upload-dialog.tsx";

const AGAIN_MILLISECONDS = 30_000;

/** For whoever runs this Foyer: the releases of the box, and how far each has come. */
export function ReleasePage() {
  const t = useTexts();
  const [isUploading, setUploading] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["releases"],
    queryFn: ({ signal }) => api.get<OperatedReleases>("/operator/releases", signal),
    refetchInterval: AGAIN_MILLISECONDS,
  });
  const upload = (
    <Button leftSection={<IconUpload size={16} />} onClick={() => setUploading(true)}>
      {t("upload")}
    </Button>
  );
  return (
    <Page
      title={t("releases")}
      summary={t("releases-summary")}
      parent={{ path: "/operator", label: t("companies") }}
      actions={upload}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {data && (
        <Stack gap="lg">
          {data.releases.length === 0 && <NoRelease />}
          {data.releases.map((release) => (
            <ReleaseSection key={release.announcement.sha256} release={release} />
          ))}
          <Running />
        </Stack>
      )}
      <UploadDialog isOpen={isUploading} close={() => setUploading(false)} />
    </Page>
  );
}

function NoRelease() {
  const t = useTexts();
  return (
    <div className="surface">
      <Empty
        title={t("no-release")}
        hint={
          <Stack gap="xs">
            <span>{t("no-release-hint")}</span>
            <code className="any-length">deploy/box/release --sign KEY</code>
            <span>{t("no-release-then")}</span>
          </Stack>
        }
      />
    </div>
  );
}

/** Counted when the page is opened: each company is asked for it. */
function Running() {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["running-releases"],
    queryFn: ({ signal }) => api.get<RunningReleases>("/operator/releases/running", signal),
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return null;
  const { running } = data;
  return (
    <Section title={t("running")} hint={t("running-hint")} flush>
      {running.length === 0 && <Empty title={t("running-none")} hint={t("running-none-hint")} />}
      {running.map(({ release, boxes }) => (
        <Group key={release} className="record-row" justify="space-between">
          <Text size="sm" fw={600} className="any-length">
            {release}
          </Text>
          <Text size="sm" className="figure">
            {t("boxes", { count: boxes })}
          </Text>
        </Group>
      ))}
    </Section>
  );
}
