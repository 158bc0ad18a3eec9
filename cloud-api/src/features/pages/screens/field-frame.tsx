import { Box, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

type FieldFrameProps = {
  label: string;
  /** Of the input that the label names. */
  inputId?: string;
  hint?: ReactNode;
  aside?: ReactNode;
  fault?: string | null;
  children: ReactNode;
};

/** A field of a block: its name, what stands beside it, the input, and what is to be said of it. */
export function FieldFrame({ label, inputId, hint, aside, fault, children }: FieldFrameProps) {
  return (
    <Box className="page-field">
      <Group justify="space-between" gap="xs" mb={4} wrap="nowrap">
        <Text
          component={inputId ? "label" : "div"}
          size="sm"
          fw={550}
          {...(inputId ? { htmlFor: inputId } : {})}
        >
          {label}
        </Text>
        {aside}
      </Group>
      {children}
      {hint && (
        <Text component="div" size="xs" className="quiet" mt={4}>
          {hint}
        </Text>
      )}
      {fault && (
        <Text size="xs" c="red" role="alert" mt={4}>
          {fault}
        </Text>
      )}
    </Box>
  );
}
