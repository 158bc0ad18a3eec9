type Days = { from: string; to: string };
type Name =
  | "overview"
  | "series-day"
  | "heat-map"
  | "visit-counts"
  | "systems"
  | "crowd"
  | "languages"
  | "cohorts"
  | "return-gaps"
  | "recency"
  | "cohorts-at-night"
  | "return-gaps-at-night"
  | "recency-at-night";

/** A report's numbers by SQL written by hand on the sums that the product keeps; $1 is the company. */
export type HandWritten = {
  name: Name;
  /** How long the period is. */
  days: number;
  /** Of visits that began in these hours alone. */
  hours?: string;
  /** Each gives one row with its numbers; the whole answer is worked out, as a page shows it. */
  statements: (days: Days) => string[];
};

const within = (table: string, { from, to }: Days) =>
  `${table}.tenant_id = $1 and ${table}.day between '${from}' and '${to}'`;

const shift = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
function yearBefore(day: string): string {
  const moved = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
  return day.endsWith("-02-29") ? `${moved.slice(0, 8)}28` : moved;
}

const SUMS = `sum(visits) as visits, sum(visits_0) as anonymous, sum(ended) as ended,
  sum(dwell_seconds) as dwell, sum(connected_seconds) as connected, sum(upload_bytes) as up,
  sum(download_bytes) as down, sum(departures) as departures`;

/** Of a folded day: who came on it, and on no day from another one on before it. */
const cameFirstSince = (day: string) =>
  `(fresh + coalesce(beyond[width_bucket((day - ${day})::smallint, gaps) + 1], 0))`;

/** Sums and customers of each branch and of all, in one statement. */
const writePeriod = (days: Days) => `
  with sums as (
    select branch_id, ${SUMS} from report_days as told where ${within("told", days)}
    group by grouping sets ((branch_id), ())
  ), by_branch as (
    select branch_id, sum(fresh) as fresh,
      sum(${cameFirstSince(`'${days.from}'::date`)}) as customers
    from report_day_returns as told where ${within("told", days)}
    group by branch_id
  ), everybody as (
    select coalesce(sum(${cameFirstSince(`'${days.from}'::date`)}), 0) as customers,
      coalesce(sum(fresh), 0) as fresh
    from report_company_day_returns as told where ${within("told", days)}
  )
  select array[(select visits from sums where branch_id is null), everybody.customers,
      everybody.fresh] as numbers,
    (select json_agg(sums) from sums) as sums, (select json_agg(by_branch) from by_branch) as rows
  from everybody`;

const SYSTEMS = [
  ...["system_ios", "system_android", "system_windows", "system_macos", "system_linux"],
  ...["system_chromeos", "system_other", "system_unknown"],
];
/** From the first day to the last. */
const countDays = ({ from, to }: Days) => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** No roll-up of customers has hours: these are read off the visits. */
const NIGHT = "19,20,21,22,23";

export const REPORTS_BY_HAND: readonly HandWritten[] = [
  {
    name: "overview",
    days: 30,
    statements: ({ from, to }) => [
      writePeriod({ from, to }),
      writePeriod({ from: shift(from, -30), to: shift(from, -1) }),
      writePeriod({ from: yearBefore(from), to: yearBefore(to) }),
    ],
  },
  {
    name: "series-day",
    days: 365,
    statements: (days) => [
      `with sums as (
         select day, ${SUMS}, sum(present_seconds) as present from report_days as told
         where ${within("told", days)} group by day
       ), by_day as (
         select day, fresh, fresh + coalesce(beyond[1], 0) as customers,
           ${cameFirstSince(`'${days.from}'::date`)} as first_here
         from report_company_day_returns as told where ${within("told", days)}
       ), everybody as (
         select sum(first_here) as customers, sum(fresh) as fresh from by_day
       )
       select array[(select sum(visits) from sums), everybody.customers, everybody.fresh,
           (select sum(customers) from by_day)] as numbers,
         (select json_agg(sums) from sums) as sums, (select json_agg(by_day) from by_day) as rows
       from everybody`,
    ],
  },
  {
    name: "heat-map",
    days: 365,
    statements: (days) => [
      `with cells as (
         select extract(isodow from day) as weekday, hour, sum(visits) as visits,
           sum(departures) as departures, sum(present) as present,
           sum(present_seconds) as seconds, sum(ended) as ended, sum(dwell_seconds) as dwell
         from report_company_hours as told where ${within("told", days)} group by 1, 2
       )
       select array[sum(visits)] as numbers, json_agg(cells) as rows from cells`,
    ],
  },
  {
    name: "visit-counts",
    days: 365,
    statements: (days) => [
      `with rows as (
         select branch_id, sum(visits_0) as nobody, sum(visits_1) as one, sum(visits_2) as two,
           sum(visits_3) as three, sum(visits_6) as six, sum(visits_11) as eleven
         from report_days as told where ${within("told", days)} group by branch_id
       )
       select array[sum(one), sum(two), sum(three), sum(six), sum(eleven)] as numbers,
         json_agg(rows) as rows
       from rows`,
    ],
  },
  {
    name: "systems",
    days: 365,
    statements: ({ from, to }) =>
      [shift(from, -365), from].map(
        (first) => `with rows as (
           select branch_id, ${SYSTEMS.map((name) => `sum(${name}) as ${name}`).join(", ")}
           from report_days as told
           where ${within("told", { from: first, to: shift(first, countDays({ from, to })) })}
           group by branch_id
         )
         select array[${SYSTEMS.map((name) => `coalesce(sum(${name}), 0)`).join(", ")}] as numbers,
           json_agg(rows) as rows
         from rows`,
      ),
  },
  {
    name: "crowd",
    days: 365,
    statements: (days) => [
      `with peaks as materialized (
         select branch_id, hour, max(peak::bigint * 17179869184 - at_second) as fullness
         from report_peaks as told
         where ${within("told", days)} and not exists (select from report_peaks_due as due
           where due.tenant_id = $1 and due.branch_id = told.branch_id and due.day = told.day)
         group by 1, 2
       ), hours as (
         select distinct on (hour) hour, branch_id, fullness from peaks order by 1, 3 desc
       ), rows as (
         select distinct on (branch_id) hour, branch_id, fullness from peaks order by 2, 3 desc
       ), told as (
         select (select sum(ceil(fullness / 17179869184.0)) from hours) as of_hours,
           (select sum(ceil(fullness / 17179869184.0)) from rows) as of_branches
       )
       select array[of_hours, of_branches] as numbers, (select json_agg(hours) from hours) as hours,
         (select json_agg(rows) from rows) as rows
       from told`,
    ],
  },
  {
    name: "languages",
    days: 365,
    statements: ({ from, to }) => [
      `with came as (
         select distinct customer_id from report_branch_customers
         where tenant_id = $1 and first_day <= '${to}' and last_day >= '${from}'
           and (first_day >= '${from}' or last_day <= '${to}' or exists (
             select from report_day_customers as came
             where came.tenant_id = $1 and came.customer_id = report_branch_customers.customer_id
               and came.branch_id = report_branch_customers.branch_id
               and came.day between '${from}' and '${to}'))
       ), rows as (
         select customers.language, count(*) as customers
         from came join customers
           on customers.tenant_id = $1 and customers.id = came.customer_id
         group by 1
       )
       select array[sum(customers)] as numbers, json_agg(rows) as rows from rows`,
    ],
  },
  {
    name: "cohorts",
    days: 365,
    statements: (days) => [
      `with cells as (
         select date_trunc('month', first_day) as first, month, sum(customers) as customers
         from report_company_cohorts
         where tenant_id = $1 and first_day between '${days.from}' and '${days.to}'
           and month <= '${days.to}'
         group by 1, 2
       )
       select array[sum(customers)] as numbers, json_agg(cells) as rows from cells`,
    ],
  },
  {
    name: "return-gaps",
    days: 365,
    statements: (days) => [
      `with told as materialized (
         select day - before as gap, before, sum(customers) as returns
         from report_company_returns as told where ${within("told", days)} group by 1, 2
       ), rows as (
         select gap, returns from told where before <> '0001-01-01'
         union all
         select 0, (select sum(visits - visits_0) from report_days as told
           where ${within("told", days)}) - (select sum(returns) from told)
       )
       select array[sum(returns)] as numbers, json_agg(rows) as rows from rows`,
    ],
  },
  {
    name: "recency",
    days: 30,
    statements: ({ to }) => [
      `select array[active, recent - active, ever - recent] as numbers from (
         select
           coalesce(sum(${cameFirstSince(`('${to}'::date - 29)`)}) filter (
             where day > '${to}'::date - 30), 0) as active,
           coalesce(sum(${cameFirstSince(`('${to}'::date - 89)`)}) filter (
             where day > '${to}'::date - 90), 0) as recent,
           coalesce(sum(fresh), 0) as ever
         from report_company_day_returns where tenant_id = $1 and day <= '${to}'
       ) as summed`,
    ],
  },
  {
    name: "cohorts-at-night",
    days: 365,
    hours: NIGHT,
    statements: (days) => [
      `with firsts as materialized (
         select customer_id, min(first_day) as day from report_branch_customers
         where tenant_id = $1 group by customer_id
         having min(first_day) between '${days.from}' and '${days.to}'
       ), months as (
         select distinct firsts.customer_id, date_trunc('month', firsts.day) as month,
           date_trunc('month', came.day) as active
         from firsts join report_visits as came
           on came.tenant_id = $1 and came.customer_id = firsts.customer_id
             and came.hour in (${NIGHT})
             and came.day < date_trunc('month', '${days.to}'::date) + interval '1 month'
       ), cells as (select month, active, count(*) as customers from months group by 1, 2),
       all_of_month as (select date_trunc('month', day) as month, count(*) from firsts group by 1)
       select array[sum(customers)] as numbers, json_agg(cells) as rows,
         (select json_agg(all_of_month) from all_of_month) as months
       from cells`,
    ],
  },
  {
    name: "return-gaps-at-night",
    days: 365,
    hours: NIGHT,
    statements: ({ from, to }) => [
      `with days as (
         select day, count(*) as visits,
           day - lag(day) over (partition by customer_id order by day) as gap
         from report_visits
         where tenant_id = $1 and customer_id is not null and hour in (${NIGHT}) and day <= '${to}'
         group by customer_id, day
       ), rows as (
         select gap, count(*) as returns from days where day >= '${from}' and gap is not null
         group by gap
         union all
         select 0, sum(visits - 1) from days where day >= '${from}'
       )
       select array[sum(returns)] as numbers, json_agg(rows) as rows from rows`,
    ],
  },
  {
    name: "recency-at-night",
    days: 30,
    hours: NIGHT,
    statements: ({ to }) => [
      `select array[count(*) filter (where day > '${to}'::date - 30),
         count(*) filter (where day <= '${to}'::date - 30 and day > '${to}'::date - 90),
         count(*) filter (where day <= '${to}'::date - 90)] as numbers
       from (
         select max(day) as day from report_visits
         where tenant_id = $1 and customer_id is not null and hour in (${NIGHT}) and day <= '${to}'
         group by customer_id
       ) as last`,
    ],
  },
];
