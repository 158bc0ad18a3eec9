import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { InvitationsReply } from "../schema.ts";
import { GrantList } from "./grant-list.tsx";
import { useTexts } from "./texts.ts";

type Invitation = Static<typeof InvitationsReply>["invitations"][number];

/** Links into the company that still work; none is shown where there are none. */
export function Invitations() {
  const t = useTexts();
  const columns = useColumns();
  const { data, error, refetch } = useQuery({
    queryKey: ["invitations"],
    queryFn: ({ signal }) => api.get<Static<typeof InvitationsReply>>("/invitations", signal),
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data || data.total === 0) return null;
  return (
    <Section title={t("invitations")} hint={t("invitations-hint")} flush>
      <RecordTable
        label={t("invitations")}
        columns={columns}
        rows={data.invitations}
        rowKey={(invitation) => invitation.id}
      />
    </Section>
  );
}

function useColumns(): Column<Invitation>[] {
  const t = useTexts();
  return [
    {
      key: "role",
      header: t("invite-as"),
      narrow: "title",
      wraps: true,
      render: (invitation) => <GrantList grants={invitation.grants} />,
    },
    {
      key: "by",
      header: t("invited-by"),
      wraps: true,
      render: ({ invitedBy }) => invitedBy ?? <span className="quiet">–</span>,
    },
    {
      key: "made",
      header: t("invite-made"),
      render: (invitation) => <Moment at={invitation.createdAt} />,
    },
    {
      key: "until",
      header: t("invite-until"),
      render: (invitation) => <Moment at={invitation.expiresAt} />,
    },
    {
      key: "revoke",
      header: "",
      align: "right",
      narrow: "aside",
      render: (invitation) => <Revoke id={invitation.id} />,
    },
  ];
}

/** Two clicks: the first asks. */
function Revoke({ id }: { id: string }) {
  const t = useTexts();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => api.remove(`/invitations/${id}`),
    // Used meanwhile, it is gone from the list, and somebody more is in the other.
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["staff"] });
      return queries.invalidateQueries({ queryKey: ["invitations"] });
    },
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant={isAsking ? "filled" : "default"}
        {...(isAsking && { color: "red" })}
        loading={revoke.isPending}
        onClick={() => (isAsking ? revoke.mutate() : setAsking(true))}
      >
        {isAsking ? t("revoke-sure") : t("revoke")}
      </Button>
      <Refusal error={revoke.error} />
    </>
  );
}
