import { Badge, Box, Button, Group, Select, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArchive, IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, NothingHere, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Whose } from "../../../shell/whose.tsx";
import { chooseWords, lastMomentBefore } from "../rules.ts";
import { COUPON_STATES, type CouponReply } from "../schema.ts";
import { GivenFor } from "./given-for.tsx";
import { KindDialog } from "./kind-form.tsx";
import { type Kind, useKinds } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** One kind of coupon, and each that was given. */
export function KindPage({ params }: ScreenProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const { data, error, refetch } = useKinds();
  const kind = data?.kinds.find(({ id }) => id === params.id);
  const parent = { path: "/coupons", label: t("coupons") };
  if (data && !kind) return <NothingHere />;
  if (!kind)
    return (
      <Page title={t("coupons")} parent={parent}>
        {error ? <Failure error={error} retry={refetch} /> : <Skeleton height={300} radius="lg" />}
      </Page>
    );
  return (
    <Page
      title={chooseWords(kind.offer, language)}
      parent={parent}
      summary={<Summary kind={kind} />}
      actions={kind.archivedAt === null && <Actions kind={kind} />}
    >
      <Coupons kind={kind} />
    </Page>
  );
}

function Summary({ kind }: { kind: Kind }) {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  return (
    <>
      {chooseWords(kind.name, language)} · <GivenFor kind={kind} /> · {t("good-for")}{" "}
      {format.days(kind.validDays)}
      {kind.archivedAt !== null && ` · ${t("has-ended")}`}
    </>
  );
}

function Actions({ kind }: { kind: Kind }) {
  const t = useTexts();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [isEditing, editing] = useDisclosure(false);
  const [isEnding, ending] = useDisclosure(false);
  const archive = useMutation({
    mutationFn: () => api.post(`/coupon-kinds/${kind.id}/archive`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["coupon-kinds"] });
      ending.close();
    },
  });
  if (!useMayEverywhere("coupons.edit")) return null;
  const title = t("end-name", { name: chooseWords(kind.offer, language) });
  return (
    <>
      <Button variant="default" leftSection={<IconArchive size={16} />} onClick={ending.open}>
        {t("end")}
      </Button>
      <Button leftSection={<IconPencil size={16} />} onClick={editing.open}>
        {t("edit")}
      </Button>
      <KindDialog isOpen={isEditing} close={editing.close} kind={kind} />
      <Dialog opened={isEnding} onClose={ending.close} title={title}>
        <Danger
          hint={t("end-hint", { count: kind.issued - kind.redeemed })}
          label={t("end")}
          act={archive}
          run={() => archive.mutate()}
          close={ending.close}
        />
      </Dialog>
    </>
  );
}

function Coupons({ kind }: { kind: Kind }) {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const state = parameters.get("state");
  const { rows, total, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useRecords<CouponReply, "coupons">({
      ...{ path: "/coupons", noun: "coupons", filters: { kindId: kind.id, state } },
    });
  const columns = useColumns();
  return (
    <>
      <Group>
        <Select
          aria-label={t("state")}
          data={[
            { value: "", label: t("state-any") },
            ...COUPON_STATES.map((value) => ({ value, label: t(`state-${value}`) })),
          ]}
          value={state ?? ""}
          onChange={(value) => change({ state: value || null })}
          allowDeselect={false}
          w={{ base: "100%", xs: 200 }}
        />
      </Group>
      {error && !rows ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {rows?.length === 0 ? (
            <Empty title={t("none-given")} hint={t("none-given-hint")} />
          ) : (
            <RecordTable
              label={t("coupons")}
              columns={columns}
              rows={rows}
              rowKey={(coupon) => coupon.id}
            />
          )}
          <More
            shown={rows?.length ?? 0}
            total={total}
            isLoading={isFetchingNextPage}
            load={hasNextPage ? () => void fetchNextPage() : null}
          />
        </Box>
      )}
    </>
  );
}

const COLOURS = { open: "teal", used: "gray", expired: "orange" } as const;
/** The theme's own are too pale upon themselves for WCAG 2.2, 1.4.3. */
const READABLE = {
  open: "light-dark(#065f46, #7ee2c0)",
  used: "light-dark(#3b4644, #c4cdcc)",
  expired: "light-dark(#9a3412, #ffb38a)",
} as const;

function useColumns(): Column<CouponReply>[] {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const nameOf = (id: string | null) => (id === null ? "" : (names.get(id) ?? ""));
  return [
    {
      key: "who",
      header: t("customer"),
      narrow: "title",
      wraps: true,
      render: (coupon) => <Whose row={coupon} nameless={t("nameless")} nobody={t("nobody")} />,
    },
    {
      key: "code",
      header: t("code"),
      render: ({ endOfCode }) => (
        <Box component="span" ff="monospace">
          ···· {endOfCode}
        </Box>
      ),
    },
    {
      key: "given",
      header: t("given"),
      wraps: true,
      render: ({ issuedAt, issuedBranchId }) => (
        <>
          <Moment at={issuedAt} timeZone={zoneOf(issuedBranchId)} />{" "}
          <span className="quiet">{nameOf(issuedBranchId)}</span>
        </>
      ),
    },
    {
      key: "until",
      header: t("until"),
      render: ({ validUntil, issuedBranchId }) => (
        <Moment at={lastMomentBefore(validUntil)} timeZone={zoneOf(issuedBranchId)} />
      ),
    },
    {
      key: "used",
      header: t("used-when"),
      wraps: true,
      render: ({ redeemedAt, redeemedBranchId, redeemedBy }) =>
        redeemedAt && (
          <>
            <Moment at={redeemedAt} timeZone={zoneOf(redeemedBranchId)} />{" "}
            <span className="quiet">
              {[nameOf(redeemedBranchId), redeemedBy].filter(Boolean).join(", ")}
            </span>
          </>
        ),
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      render: ({ state }) => (
        <Badge variant="light" color={COLOURS[state]} c={READABLE[state]}>
          {t(`state-${state}`)}
        </Badge>
      ),
    },
  ];
}
