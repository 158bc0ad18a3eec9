import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment, Since } from "../../../shell/moment.tsx";
import type { SignInsReply } from "../schema.ts";
import { SignOutElsewhere } from "./password.tsx";
import { useTexts } from "./texts.ts";

type SignIn = SignInsReply["signIns"][number];

const SIGN_INS = ["sign-ins"];

/** Each session of one's own: what it is in, where and when, and the way to end it. */
export function SignIns() {
  const { data, error, refetch } = useQuery({
    queryKey: SIGN_INS,
    queryFn: ({ signal }) => api.get<SignInsReply>("/me/sign-ins", signal),
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton height={48} />;
  return (
    <Stack gap="md">
      {data.signIns.map((signIn) => (
        <OneSignIn key={signIn.id} signIn={signIn} />
      ))}
      <SignOutElsewhere />
    </Stack>
  );
}

const PHONES = new Set(["Android", "iPhone", "iPad"]);

function OneSignIn({ signIn }: { signIn: SignIn }) {
  const t = useTexts();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.remove(`/me/sign-ins/${signIn.id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: SIGN_INS }),
  });
  const { browser, system, network, isCurrent, createdAt, seenAt } = signIn;
  const name = [browser ?? t("unknown-browser"), system].filter(Boolean).join(" · ");
  const Icon = PHONES.has(system ?? "") ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <Icon size={20} stroke={1.5} aria-hidden="true" style={{ flexShrink: 0, marginTop: 2 }} />
          <Stack gap={0}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {name}
              </Text>
              {isCurrent && (
                <Badge size="sm" variant="light">
                  {t("this-browser")}
                </Badge>
              )}
            </Group>
            <Text size="xs" className="quiet">
              {t("seen-last", { when: "" })}
              <Since at={seenAt} />
              {" · "}
              {t("signed-in-since", { when: "" })}
              <Moment at={createdAt} />
            </Text>
            {network && (
              <Text size="xs" className="quiet figure">
                {network}
              </Text>
            )}
          </Stack>
        </Group>
        {!isCurrent && (
          <Button
            size="xs"
            variant="default"
            loading={end.isPending}
            onClick={() => end.mutate()}
            aria-label={t("end-sign-in-name", { name })}
            style={{ flexShrink: 0 }}
          >
            {t("end-sign-in")}
          </Button>
        )}
      </Group>
      <Refusal error={end.error} />
    </Stack>
  );
}
