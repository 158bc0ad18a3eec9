import type { TenantTransaction } from "../../platform/db.ts";
import { type Answer, countAnswers } from "./consent-queries.ts";
import { countCustomers } from "./figure-queries.ts";
import { begin, type Question } from "./figures.ts";
import { opensCustomers } from "./rules.ts";
import { type ConsentsReply, PURPOSES } from "./schema.ts";

/** Of those who came, who agreed to what. */
export async function findConsents(
  tx: TenantTransaction,
  question: Question,
): Promise<ConsentsReply> {
  const { filter, asked } = question;
  const rows = await countAnswers(tx, filter);
  const [everybody] = await countCustomers(tx, { filter, grouping: { by: "all" } });
  const customers = everybody?.customers ?? 0;
  return {
    ...(await begin(tx, question)),
    customers,
    rows: PURPOSES.map((purpose) => {
      const count = (answer: Answer) =>
        rows.find((row) => row.purpose === purpose && row.answer === answer)?.customers ?? 0;
      const [given, withdrawn] = [count("given"), count("withdrawn")];
      const opensOf = (answer: string) =>
        opensCustomers(asked, { consent: `${purpose}.${answer}` });
      return {
        ...{ purpose, given, withdrawn, unasked: customers - given - withdrawn },
        opens: {
          given: opensOf("given"),
          withdrawn: opensOf("withdrawn"),
          unasked: opensOf("unasked"),
        },
      };
    }),
  };
}
