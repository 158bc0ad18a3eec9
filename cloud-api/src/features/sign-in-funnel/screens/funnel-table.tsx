import { Table } from "@mantine/core";
import { useFormat } from "../../../shell/use-format.ts";
import { readFunnel } from "../rules.ts";
import type { FunnelReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** The same numbers, beside those of the period before and the year before. */
export function FunnelTable({ reply }: { reply: FunnelReply }) {
  const t = useTexts();
  const format = useFormat();
  const before = readFunnel(reply.before.counts);
  const lastYear = readFunnel(reply.lastYear.counts);
  const headers = [t("reached"), t("lost"), t("around"), t("before"), t("last-year")];
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table className="record-table" verticalSpacing={6} borderColor="var(--foyer-line)">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("step")}</Table.Th>
            {headers.map((header) => (
              <Table.Th key={header} scope="col" ta="right" style={{ whiteSpace: "normal" }}>
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {readFunnel(reply.now.counts).map(({ step, reached, lost, wentAround }, at) => (
            <Table.Tr key={step}>
              <Table.Th scope="row" fw={400} style={{ whiteSpace: "normal" }}>
                {t(`step-${step}`)}
              </Table.Th>
              {[reached, lost, wentAround, before[at]?.reached, lastYear[at]?.reached].map(
                (count, index) => (
                  <Table.Td key={headers[index]} ta="right" className="figure">
                    {format.count(count ?? 0)}
                  </Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
