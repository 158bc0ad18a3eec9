import { Text } from "@mantine/core";
import type { ReactNode } from "react";

/** One thing that is known, below what it is called. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" className="quiet">
        {label}
      </Text>
      <Text component="div" fw={600} className="any-length">
        {children}
      </Text>
    </div>
  );
}
