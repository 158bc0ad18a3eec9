import { Box, Group, Skeleton, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useShellTexts } from "./language.tsx";

/** Below this width a table row becomes a small card. */
const NARROW = "(max-width: 47.99em)";
const SKELETON_ROWS = 6;

export type Column<Row> = {
  key: string;
  /** Empty over buttons alone: the column is named to those who hear it. */
  header: string;
  /** What stands in the place of the header, which goes on to name the column. */
  head?: ReactNode;
  render: (row: Row) => ReactNode;
  /** May break into two lines; the others stay on one. */
  wraps?: boolean;
  /** Numbers stand at the right. */
  align?: "left" | "right";
  /** On a phone: the row's title, beside the title, a labelled line (the default), or left out. */
  narrow?: "title" | "aside" | "line" | "none";
};

type RecordTableProps<Row> = {
  /** What the table holds, for those who cannot see it. */
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined while they are being fetched. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
};

/** Rows of one kind: a table where there is room, a list of small cards on a phone. */
export function RecordTable<Row>(props: RecordTableProps<Row>) {
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const t = useShellTexts();
  if (!props.rows) return <SkeletonRows />;
  if (props.rows.length === 0)
    return (
      <Text size="sm" className="quiet" p="md">
        {t("no-rows")}
      </Text>
    );
  return narrow ? <NarrowList {...props} rows={props.rows} /> : <WideTable {...props} />;
}

function WideTable<Row>({ label, columns, rows = [], rowKey }: RecordTableProps<Row>) {
  const t = useShellTexts();
  return (
    <Box style={{ overflowX: "auto" }}>
      <Table
        className="record-table"
        aria-label={label}
        horizontalSpacing={10}
        verticalSpacing={8}
        highlightOnHover
        highlightOnHoverColor="var(--foyer-canvas)"
        borderColor="var(--foyer-line)"
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th
                key={column.key}
                ta={column.align ?? "left"}
                className={column.align === "right" ? "figure-cell" : ""}
                scope="col"
              >
                {column.head ?? (column.header || <VisuallyHidden>{t("actions")}</VisuallyHidden>)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map((column) => (
                <Table.Td
                  key={column.key}
                  ta={column.align ?? "left"}
                  className={column.align === "right" ? "figure figure-cell" : ""}
                  data-wraps={column.wraps}
                >
                  {column.render(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

function NarrowList<Row>({ label, columns, rows = [], rowKey }: RecordTableProps<Row>) {
  const title = columns.find((column) => column.narrow === "title") ?? columns[0];
  const aside = columns.find((column) => column.narrow === "aside");
  const lines = columns.filter(
    (column) => column !== title && column !== aside && column.narrow !== "none",
  );
  return (
    <Box component="ul" className="steps" aria-label={label}>
      {rows.map((row) => (
        <li key={rowKey(row)} className="record-row">
          <Group justify="space-between" align="baseline" wrap="nowrap" gap="sm">
            <Box miw={0} className="any-length">
              {title?.render(row)}
            </Box>
            {aside && (
              <Text component="div" size="sm" className="figure" ta="right" flex="none">
                {aside.render(row)}
              </Text>
            )}
          </Group>
          {lines.map((column) => (
            <Group key={column.key} justify="space-between" align="baseline" gap="sm" mt={2}>
              <Text size="xs" className="quiet">
                {column.header}
              </Text>
              <Text component="div" size="sm" ta="right" className="any-length">
                {column.render(row)}
              </Text>
            </Group>
          ))}
        </li>
      ))}
    </Box>
  );
}

function SkeletonRows() {
  const t = useShellTexts();
  return (
    <Stack gap="sm" px="md" py="md" role="status" aria-busy="true" aria-label={t("loading")}>
      {Array.from({ length: SKELETON_ROWS }, (_, index) => `row-${index}`).map((key) => (
        <Skeleton key={key} height={18} />
      ))}
    </Stack>
  );
}
