import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { ApiError, type ErrorCode } from "./api.ts";
import { useShellTexts } from "./language.tsx";

/** What went wrong, in a sentence for people. */
export function useErrorSentence(): (error: unknown) => string {
  const t = useShellTexts();
  return (error) => {
    const code: ErrorCode = error instanceof ApiError ? error.code : "internal";
    return t(`error-${code}`);
  };
}

/** Instead of something that could not be loaded, with the way to try again. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useShellTexts();
  const say = useErrorSentence();
  // What a role may not do, it may not do the next time either.
  const isForbidden = error instanceof ApiError && error.code === "forbidden";
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t("failed")}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{say(error)}</Text>
        {!isForbidden && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            {t("retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Below a form whose sending was refused. */
export function Refusal({ error, sentence }: { error: unknown; sentence?: string }) {
  const say = useErrorSentence();
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" py="xs">
      {sentence ?? say(error)}
    </Alert>
  );
}

/** Whether a refusal points at this field, or into it, by its JSON pointer. */
export function isFieldAtFault(error: unknown, field: string): boolean {
  return error instanceof ApiError && error.field?.split("/").includes(field) === true;
}

type GuardState = { error: unknown };

/** Catches a screen that broke or whose file could not be fetched; React has no hook for it. */
export class BrokenGuard extends Component<{ children: ReactNode }, GuardState> {
  override state: GuardState = { error: null };

  static getDerivedStateFromError(error: unknown): GuardState {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useShellTexts();
  return (
    <Stack align="center" gap="sm" py={80} role="alert">
      <Text fw={650}>{t("broken")}</Text>
      <Text className="quiet">{t("broken-hint")}</Text>
      <Button variant="default" onClick={() => location.reload()}>
        {t("reload")}
      </Button>
    </Stack>
  );
}
